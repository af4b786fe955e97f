import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
  type Context,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PropagatorInput } from '../../../../libs/nestrace/src/config/propagation.options.js';
import { MissingPeerError } from '../../../../libs/nestrace/src/core/errors/missing-peer.error.js';
import { withLifecycle } from '../../../../libs/nestrace/src/pipeline/lifecycle-scope.js';
import { createPropagator } from '../../../../libs/nestrace/src/pipeline/propagation/create-propagator.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

function active(): Context {
  const baggage = propagation.createBaggage({ tenant: { value: 'blue' } });
  return trace.setSpanContext(propagation.setBaggage(ROOT_CONTEXT, baggage), {
    traceId: TRACE,
    spanId: SPAN,
    traceFlags: TraceFlags.SAMPLED,
  });
}

async function injected(...inputs: PropagatorInput[]): Promise<object> {
  const propagator = await createPropagator(inputs);
  const carrier = {};
  propagator.inject(active(), carrier, defaultTextMapSetter);
  return carrier;
}

const HEADERS = {
  tracecontext: { traceparent: `00-${TRACE}-${SPAN}-01` },
  baggage: { baggage: 'tenant=blue' },
  b3: { b3: `${TRACE}-${SPAN}-1` },
  b3multi: { 'x-b3-traceid': TRACE, 'x-b3-spanid': SPAN, 'x-b3-sampled': '1' },
  jaeger: { 'uber-trace-id': `${TRACE}:${SPAN}:0:01`, 'uberctx-tenant': 'blue' },
  xray: { 'x-amzn-trace-id': `Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=${SPAN};Sampled=1` },
} as const;
const NAMES = Object.keys(HEADERS) as (keyof typeof HEADERS)[];

const PACKAGES = [
  ['b3', '@opentelemetry/propagator-b3'],
  ['b3multi', '@opentelemetry/propagator-b3'],
  ['jaeger', '@opentelemetry/propagator-jaeger'],
  ['xray', '@opentelemetry/propagator-aws-xray'],
] as const;

describe('createPropagator', () => {
  it.each(NAMES)('makes %s, which writes its headers and no others', async (name) => {
    expect(await injected(name)).toEqual(HEADERS[name]);
  });

  it.each(NAMES.filter((name) => name !== 'baggage'))(
    'makes %s, which reads what it writes',
    async (name) => {
      const propagator = await createPropagator([name]);
      const context = propagator.extract(ROOT_CONTEXT, HEADERS[name], defaultTextMapGetter);
      expect(trace.getSpanContext(context)).toMatchObject({
        traceId: TRACE,
        spanId: SPAN,
        traceFlags: TraceFlags.SAMPLED,
        isRemote: true,
      });
    },
  );

  it('makes one that sends no start along that is over', async () => {
    const propagator = await createPropagator(['tracecontext', 'baggage']);
    const telemetry = { tracer: trace.getTracer('tests'), propagator };
    const headersOf = (isOver: boolean): object => {
      const carrier = {};
      const scope = { telemetry, traceId: TRACE, isOver, contextAt: () => undefined };
      propagator.inject(withLifecycle(active(), scope), carrier, defaultTextMapSetter);
      return carrier;
    };
    expect(headersOf(false)).toEqual({ ...HEADERS.tracecontext, ...HEADERS.baggage });
    expect(headersOf(true)).toEqual(HEADERS.baggage);
  });

  it('puts several together', async () => {
    expect(await injected('tracecontext', 'baggage', 'b3')).toEqual({
      ...HEADERS.tracecontext,
      ...HEADERS.baggage,
      ...HEADERS.b3,
    });
    const both = await createPropagator(['tracecontext', 'baggage']);
    expect(both.fields().toSorted((a, b) => a.localeCompare(b))).toEqual([
      'baggage',
      'traceparent',
      'tracestate',
    ]);
  });

  it.each([[[]], [['none']]] as const)('makes of %j one that does nothing', async (inputs) => {
    const propagator = await createPropagator(inputs);
    const carrier = {};
    propagator.inject(active(), carrier, defaultTextMapSetter);
    expect(carrier).toEqual({});
    const headers = HEADERS.tracecontext;
    expect(propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter)).toBe(ROOT_CONTEXT);
  });

  it('leaves out none among others', async () => {
    expect(await injected('none', 'tracecontext')).toEqual(HEADERS.tracecontext);
  });

  it('uses a propagator of the user beside its own', async () => {
    const own: TextMapPropagator<object> = {
      inject: (_, carrier, setter) => {
        setter.set(carrier, 'x-own', 'yes');
      },
      extract: (context) => context,
      fields: () => ['x-own'],
    };
    expect(await injected(own, 'tracecontext')).toEqual({
      'x-own': 'yes',
      ...HEADERS.tracecontext,
    });
  });

  it('goes on to the others when a propagator of the user throws', async () => {
    const broken: TextMapPropagator = {
      inject: () => {
        throw new Error('broken');
      },
      extract: () => {
        throw new Error('broken');
      },
      fields: () => [],
    };
    expect(await injected(broken, 'tracecontext')).toEqual(HEADERS.tracecontext);
    const propagator = await createPropagator([broken, 'tracecontext']);
    const context = propagator.extract(ROOT_CONTEXT, HEADERS.tracecontext, defaultTextMapGetter);
    expect(trace.getSpanContext(context)?.traceId).toBe(TRACE);
  });

  describe('without the package of a format', () => {
    afterEach(() => {
      for (const [, packageName] of PACKAGES) vi.doUnmock(packageName);
      vi.resetModules();
    });

    it.each(PACKAGES)('refuses %s with the name of %s', async (name, packageName) => {
      const cause = Object.assign(new Error(`Cannot find package '${packageName}'`), {
        code: 'ERR_MODULE_NOT_FOUND',
      });
      vi.resetModules();
      vi.doMock(packageName, () => {
        throw cause;
      });
      const error: unknown = await createPropagator(['tracecontext', name]).catch(
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(MissingPeerError);
      expect((error as MissingPeerError).packageName).toBe(packageName);
      expect((error as MissingPeerError).message).toBe(
        `The propagator "${name}" needs the package "${packageName}", which could not be loaded. ` +
          `Install it with: npm install ${packageName}`,
      );
      expect((error as MissingPeerError).cause).toBeInstanceOf(Error);
    });

    it('makes the formats that need none', async () => {
      for (const [, packageName] of PACKAGES) {
        vi.doMock(packageName, () => {
          throw new Error('must not be loaded');
        });
      }
      await expect(injected('tracecontext', 'baggage')).resolves.toEqual({
        ...HEADERS.tracecontext,
        ...HEADERS.baggage,
      });
    });
  });
});
