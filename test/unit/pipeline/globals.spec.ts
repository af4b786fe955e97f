import {
  context,
  createContextKey,
  diag,
  DiagLogLevel,
  propagation,
  ROOT_CONTEXT,
  trace,
  type DiagLogger,
  type ProxyTracerProvider,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  globalPropagator,
  hasForeignProvider,
  registerGlobals,
} from '../../../libs/nestrace/src/pipeline/globals.js';

/** Everything the API keeps for the process, whoever put it there. */
function registered(): string[] {
  const globals = globalThis as Record<symbol, object | undefined>;
  const kept = globals[Symbol.for('opentelemetry.js.api.1')] ?? {};
  return Object.keys(kept).filter((name) => name !== 'version');
}

const undo: (() => void)[] = [];

interface Registered {
  readonly provider: TracerProvider;
  /** What was written to the log. */
  readonly lines: readonly string[];
  readonly unregister: () => void;
}

function register(
  propagator: TextMapPropagator = new W3CTraceContextPropagator(),
  level = DiagLogLevel.WARN,
): Registered {
  const provider = new TracerProvider();
  const lines: string[] = [];
  const writing =
    (wanted: string) =>
    (message: string): void => {
      lines.push(`${wanted} ${message}`);
    };
  const logger: DiagLogger = {
    error: writing('error'),
    warn: writing('warn'),
    info: writing('info'),
    debug: writing('debug'),
    verbose: writing('verbose'),
  };
  const unregister = registerGlobals({ provider, propagator }, { logger, level });
  undo.push(unregister);
  return { provider, lines, unregister };
}

afterEach(() => {
  for (const back of undo.splice(0).toReversed()) back();
  trace.disable();
  context.disable();
  propagation.disable();
  diag.disable();
});

/** Whether the tracers of the process come from this one. */
function serves({ provider }: Registered): boolean {
  const proxy = trace.getTracerProvider() as Partial<ProxyTracerProvider>;
  return proxy.getDelegate?.() === provider;
}

describe('registerGlobals', () => {
  it('puts provider, propagator, context manager and log in place, and takes them back', () => {
    expect(registered()).toEqual([]);
    const first = register();

    expect(registered().toSorted()).toEqual(['context', 'diag', 'propagation', 'trace']);
    expect(serves(first)).toBe(true);
    expect(trace.getTracer('anybody').startSpan('work').isRecording()).toBe(true);
    diag.warn('careful');
    expect(first.lines).toEqual(['warn careful']);

    first.unregister();

    expect(registered()).toEqual([]);
    expect(trace.getTracer('anybody').startSpan('work').isRecording()).toBe(false);
  });

  it('carries the context across asynchronous calls', async () => {
    register();
    const key = createContextKey('key');
    const seen = await context.with(ROOT_CONTEXT.setValue(key, 'value'), async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return context.active().getValue(key);
    });
    expect(seen).toBe('value');
  });

  it('lets only the wanted levels through to the log', () => {
    const { lines } = register(undefined, DiagLogLevel.WARN);
    diag.error('error');
    diag.warn('warn');
    diag.info('info');
    diag.debug('debug');
    expect(lines).toEqual(['error error', 'warn warn']);
  });

  it('says nothing while it registers', () => {
    const first = register();
    const second = register();
    first.unregister();
    expect([...first.lines, ...second.lines]).toEqual([]);
  });

  it('can be taken back twice', () => {
    const { unregister } = register();
    unregister();
    const next = register();
    unregister();
    expect(serves(next)).toBe(true);
  });

  describe('with several applications in one process', () => {
    it('serves from the one that came first', () => {
      const first = register();
      const second = register();
      expect(serves(first)).toBe(true);
      expect(serves(second)).toBe(false);
    });

    it('stays with the first when a later one leaves', () => {
      const first = register();
      register().unregister();
      expect(serves(first)).toBe(true);
      expect(registered().toSorted()).toEqual(['context', 'diag', 'propagation', 'trace']);
    });

    it('hands over to the next when the first one leaves', () => {
      const first = register(new W3CTraceContextPropagator());
      const second = register(new W3CBaggagePropagator());
      const third = register();

      first.unregister();

      expect(serves(second)).toBe(true);
      expect(propagation.fields()).toEqual(['baggage']);

      third.unregister();
      expect(serves(second)).toBe(true);
      second.unregister();
      expect(registered()).toEqual([]);
    });

    it('keeps the context of running work when the first one leaves', async () => {
      const first = register();
      register();
      const key = createContextKey('key');
      const seen = await context.with(ROOT_CONTEXT.setValue(key, 'value'), async () => {
        first.unregister();
        await new Promise((resolve) => setTimeout(resolve, 1));
        return context.active().getValue(key);
      });
      expect(seen).toBe('value');
    });
  });

  describe('beside parts that somebody else has registered', () => {
    it('uses the context manager that is there, and leaves it there', () => {
      const manager = new AsyncLocalStorageContextManager().enable();
      context.setGlobalContextManager(manager);
      const used = vi.spyOn(manager, 'with');

      const { lines, unregister } = register();
      expect(lines).toEqual([]);
      unregister();

      used.mockClear();
      context.with(ROOT_CONTEXT, () => {});
      expect(used).toHaveBeenCalledOnce();
    });

    it('leaves a propagator that is there in its place', () => {
      propagation.setGlobalPropagator(new W3CBaggagePropagator());

      const { lines, unregister } = register(new W3CTraceContextPropagator());
      expect(propagation.fields()).toEqual(['baggage']);
      expect(lines).toEqual([]);
      unregister();

      expect(propagation.fields()).toEqual(['baggage']);
    });
  });
});

describe('hasForeignProvider', () => {
  it('is false while nobody is there', () => {
    expect(hasForeignProvider()).toBe(false);
  });

  it('is true for an SDK that was there first', () => {
    trace.setGlobalTracerProvider(new TracerProvider());
    expect(hasForeignProvider()).toBe(true);
  });

  it('is true for a provider that was put in place without the proxy of the API', () => {
    const globals = globalThis as Record<symbol, Record<string, unknown> | undefined>;
    propagation.setGlobalPropagator(new W3CBaggagePropagator());
    const kept = globals[Symbol.for('opentelemetry.js.api.1')];
    if (kept !== undefined) kept['trace'] = new TracerProvider();
    expect(hasForeignProvider()).toBe(true);
  });

  it('is false for our own provider, however many applications there are', () => {
    const first = register();
    expect(hasForeignProvider()).toBe(false);
    register();
    expect(hasForeignProvider()).toBe(false);
    first.unregister();
    expect(hasForeignProvider()).toBe(false);
  });

  it('is false again when all have left', () => {
    register().unregister();
    expect(hasForeignProvider()).toBe(false);
  });
});

describe('globalPropagator', () => {
  it('is whatever propagator the process has at the moment', () => {
    expect(globalPropagator.fields()).toEqual([]);
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    expect(globalPropagator.fields()).toEqual(['traceparent', 'tracestate']);
  });

  it('reads and writes with it', () => {
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01';
    const getter = {
      get: (carrier: Record<string, string>, key: string) => carrier[key],
      keys: (carrier: Record<string, string>) => Object.keys(carrier),
    };
    const extracted = globalPropagator.extract(ROOT_CONTEXT, { traceparent }, getter);
    expect(trace.getSpanContext(extracted)).toMatchObject({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      isRemote: true,
    });

    const carrier: Record<string, string> = {};
    globalPropagator.inject(extracted, carrier, {
      set: (target: Record<string, string>, key, value) => {
        target[key] = value;
      },
    });
    expect(carrier).toEqual({ traceparent });
  });
});
