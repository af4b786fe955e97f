import type { Context, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator } from '@opentelemetry/core';
import type { PropagatorInput } from '../../config/propagation.options.js';
import { MissingPeerError } from '../../core/errors/missing-peer.error.js';
import { livingContext } from '../lifecycle-scope.js';
import { TraceContextPropagator } from './trace-context.propagator.js';

/**
 * Makes the propagators the options name.
 *
 * @throws MissingPeerError when the package of a format is not installed
 */
export async function createPropagator(
  inputs: readonly PropagatorInput[],
): Promise<TextMapPropagator> {
  const propagators: TextMapPropagator[] = [];
  for (const input of inputs) {
    if (input === 'none') continue;
    propagators.push(typeof input === 'string' ? await byName(input) : input);
  }
  return new LivingPropagator({ propagators });
}

/** Other services must not add to a trace that is over either. */
class LivingPropagator extends CompositePropagator {
  override inject(active: Context, carrier: unknown, setter: TextMapSetter): void {
    super.inject(livingContext(active), carrier, setter);
  }
}

async function byName(
  name: Exclude<PropagatorInput, 'none' | TextMapPropagator>,
): Promise<TextMapPropagator> {
  switch (name) {
    case 'tracecontext':
      return new TraceContextPropagator();
    case 'baggage':
      return new W3CBaggagePropagator();
    case 'b3':
    case 'b3multi': {
      const b3 = await needed(
        name,
        '@opentelemetry/propagator-b3',
        () => import('@opentelemetry/propagator-b3'),
      );
      const { SINGLE_HEADER, MULTI_HEADER } = b3.B3InjectEncoding;
      return new b3.B3Propagator({
        injectEncoding: name === 'b3' ? SINGLE_HEADER : MULTI_HEADER,
      });
    }
    case 'jaeger': {
      const jaeger = await needed(
        name,
        '@opentelemetry/propagator-jaeger',
        () => import('@opentelemetry/propagator-jaeger'),
      );
      return new jaeger.JaegerPropagator();
    }
    case 'xray': {
      const xray = await needed(
        name,
        '@opentelemetry/propagator-aws-xray',
        () => import('@opentelemetry/propagator-aws-xray'),
      );
      return new xray.AWSXRayPropagator();
    }
    default:
      return name satisfies never;
  }
}

async function needed<T>(name: string, packageName: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw MissingPeerError.neededFor(`The propagator "${name}"`, packageName, error);
  }
}
