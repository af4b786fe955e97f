import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contextAfter } from '../../../../../libs/nestrace/src/edges/autotrace/calls/context-after.js';
import {
  startMethodSpan,
  type StartedSpan,
} from '../../../../../libs/nestrace/src/pipeline/methods/start-method-span.js';
import { planOf } from '../../../support/method-plan.js';
import { startTracing, type Tracing } from '../../../support/tracing.js';

let tracing: Tracing;

beforeEach(() => {
  tracing = startTracing();
});
afterEach(() => {
  tracing.stop();
});

const outer = () => trace.setSpan(ROOT_CONTEXT, tracing.tracer.startSpan('outer'));

function startIn(active = outer()): StartedSpan & { readonly outer: typeof active } {
  const started = context.with(active, startMethodSpan, undefined, planOf(), []);
  if (started === undefined) throw new Error('There is no span.');
  return { ...started, outer: active };
}

describe('the context for what comes after', () => {
  it('is that of the caller', () => {
    const started = startIn();
    context.with(started.context, () => {
      expect(contextAfter(started, started.outer)).toBe(started.outer);
    });
  });

  it('keeps what was put into it, with the span of the caller', () => {
    const started = startIn();
    const baggage = propagation.createBaggage({ tenant: { value: '7' } });
    context.with(propagation.setBaggage(started.context, baggage), () => {
      const after = contextAfter(started, started.outer);
      expect(propagation.getBaggage(after)).toBe(baggage);
      expect(trace.getSpan(after)).toBe(trace.getSpan(started.outer));
    });
  });

  it('keeps what was put into it, without a span where the caller had none', () => {
    const started = startIn(ROOT_CONTEXT);
    const baggage = propagation.createBaggage({ tenant: { value: '7' } });
    context.with(propagation.setBaggage(started.context, baggage), () => {
      const after = contextAfter(started, ROOT_CONTEXT);
      expect(propagation.getBaggage(after)).toBe(baggage);
      expect(trace.getSpan(after)).toBeUndefined();
    });
  });

  it('is that of a span that was started in it', () => {
    const started = startIn();
    context.with(started.context, () => {
      tracing.tracer.startActiveSpan('child', () => {
        tracing.tracer.startActiveSpan('grandchild', () => {
          expect(contextAfter(started, started.outer)).toBe(context.active());
        });
      });
    });
  });

  it('is that of the caller where the one it is called in has nothing to do with it', () => {
    const started = startIn();
    expect(contextAfter(started, started.outer)).toBe(started.outer);
    const other = startIn();
    context.with(other.context, () => {
      expect(contextAfter(started, started.outer)).toBe(started.outer);
    });
  });
});
