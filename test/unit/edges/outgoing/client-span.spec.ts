import { context, propagation, ROOT_CONTEXT, SpanKind, trace, type Span } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  mayTrace,
  startClientSpan,
  type ClientSpan,
} from '../../../../libs/nestrace/src/edges/outgoing/client-span.js';
import type { CallFacts } from '../../../../libs/nestrace/src/edges/outgoing/outgoing-call.js';
import {
  compileSettings,
  outgoingSettings,
} from '../../../../libs/nestrace/src/edges/outgoing/outgoing-settings.js';
import type { SpanView } from '../../../../libs/nestrace/src/pipeline/exporters/console/span-view.js';
import { localTraceOf } from '../../../../libs/nestrace/src/pipeline/local-trace.js';
import { createPropagator } from '../../../../libs/nestrace/src/pipeline/propagation/create-propagator.js';
import { resolve } from '../../support/options.js';
import { NOTHING, startTracing, type Tracing, type TracingParts } from '../../support/tracing.js';

let tracing: Tracing;

async function start(
  parts: TracingParts = {},
  outgoing: object = {},
  legacyNames = false,
): Promise<void> {
  tracing = startTracing(parts);
  const propagator = await createPropagator(resolve().propagators);
  Object.assign(tracing.telemetry, { propagator });
  const options = resolve({ outgoing }).outgoing;
  outgoingSettings.keep(tracing.telemetry, compileSettings(options, legacyNames));
}

interface SentCall extends CallFacts {
  readonly sent: Record<string, string>;
}

function callTo(url: string, more: Partial<CallFacts> = {}): SentCall {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const sent: Record<string, string> = {};
  return {
    method: 'GET',
    protocol,
    host: hostname,
    target: pathname + search,
    port: () => Number(port) || (protocol === 'https:' ? 443 : 80),
    getHeader: () => undefined,
    setHeader: (name, value) => {
      sent[name] = value;
    },
    ...more,
    sent,
  };
}

function callWith(traceparent: string): SentCall {
  return callTo('http://shop.test/', {
    getHeader: (name) => (name === 'traceparent' ? traceparent : undefined),
  });
}

function only(name: string): SpanView {
  const found = tracing.spans.spans().find((span) => span.name === name);
  if (found === undefined) throw new Error(`There is no span ${name}.`);
  return found;
}

function started(call: CallFacts): ClientSpan {
  const span = startClientSpan(call);
  if (span === undefined) throw new Error('The call is not traced.');
  return span;
}

function within<T>(span: Span, run: () => T): T {
  return context.with(trace.setSpan(ROOT_CONTEXT, span), run);
}

afterEach(() => {
  tracing.stop();
});

describe('the span of an outgoing call', () => {
  beforeEach(() => start());

  it('says what is called, and sends its own context along', () => {
    const call = callTo('https://user:secret@shop.test/a?token=abc&b=c');
    started(call).end();
    const span = only('GET');
    expect(span).toMatchObject({
      kind: 'CLIENT',
      attributes: {
        'http.request.method': 'GET',
        'server.address': 'shop.test',
        'server.port': 443,
        'url.full': 'https://shop.test/a?token=REDACTED&b=c',
      },
      status: { code: 'UNSET' },
    });
    expect(call.sent).toEqual({ traceparent: `00-${span.traceId}-${span.spanId}-01` });
  });

  it.each([
    ['http://shop.test/', 80],
    ['https://shop.test/', 443],
    ['http://shop.test:8080/', 8080],
  ])('knows the port of %s', (url, port) => {
    started(callTo(url)).end();
    expect(only('GET').attributes['server.port']).toBe(port);
  });

  it('makes one name of all unknown methods', () => {
    started(callTo('http://shop.test/', { method: 'PURGE' })).end();
    expect(only('HTTP').attributes).toMatchObject({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'PURGE',
    });
  });

  it.each([
    [200, undefined, 'UNSET'],
    [399, undefined, 'UNSET'],
    [400, '400', 'ERROR'],
    [503, '503', 'ERROR'],
  ])('takes the status %i for what it is', (status, errorType, code) => {
    const span = started(callTo('http://shop.test/'));
    span.responded(status);
    span.end();
    const view = only('GET');
    expect(view.attributes['http.response.status_code']).toBe(status);
    expect(view.attributes['error.type']).toBe(errorType);
    expect(view.status.code).toBe(code);
  });

  it.each<[string, unknown, string, string]>([
    ['its code', Object.assign(new Error('no'), { code: 'ECONNRESET' }), 'ECONNRESET', 'no'],
    ['its class', new TypeError('no'), 'TypeError', 'no'],
  ])('tells a failure by %s', (_what, error, errorType, message) => {
    const span = started(callTo('http://shop.test/'));
    span.failed(error);
    span.end();
    const view = only('GET');
    expect(view.attributes['error.type']).toBe(errorType);
    expect(view.status).toEqual({ code: 'ERROR', message });
    expect(view.events).toEqual([]);
  });

  it('is no failure when the caller lost interest, but when his time was up', () => {
    const cancelled = started(callTo('http://shop.test/cancelled'));
    cancelled.failed(AbortSignal.abort().reason);
    cancelled.end();
    expect(only('GET').status.code).toBe('UNSET');
    tracing.spans.clear();
    const late = started(callTo('http://shop.test/late'));
    const cause = new DOMException('late', 'TimeoutError');
    late.failed(Object.assign(new Error('aborted', { cause }), { name: 'AbortError' }));
    late.end();
    expect(only('GET').status.code).toBe('ERROR');
  });

  it.each(['ERR_CANCELED', 'ERR_STREAM_PREMATURE_CLOSE'])(
    'is no failure when the caller lost interest, as %s says',
    (code) => {
      const span = started(callTo('http://shop.test/'));
      span.failed(Object.assign(new Error('gone'), { code }));
      span.end();
      expect(only('GET').status.code).toBe('UNSET');
    },
  );

  describe('whose response is never read', () => {
    it('ends with its trace, at the time of the head', () => {
      const root = tracing.tracer.startSpan('root');
      const span = within(root, () => started(callTo('http://shop.test/')));
      span.responded(200);
      const later = tracing.tracer.startSpan('later', {}, trace.setSpan(ROOT_CONTEXT, root));
      later.end();
      expect(tracing.spans.openSpans()).toHaveLength(2);
      root.end();
      expect(tracing.spans.openSpans()).toEqual([]);
      const { startTime, durationMs } = only('GET');
      expect(startTime + durationMs).toBeLessThanOrEqual(only('later').startTime);
    });

    it('does not wait for a trace that is over', () => {
      const root = tracing.tracer.startSpan('root');
      const span = within(root, () => started(callTo('http://shop.test/')));
      root.end();
      expect(tracing.spans.openSpans()).toHaveLength(1);
      span.responded(200);
      expect(tracing.spans.openSpans()).toEqual([]);
    });

    it('leaves nothing behind once it has been read', () => {
      const root = tracing.tracer.startSpan('root');
      const span = within(root, () => started(callTo('http://shop.test/')));
      span.responded(200);
      expect(localTraceOf(root)?.endsWithRoot?.size).toBe(1);
      span.end();
      expect(localTraceOf(root)?.endsWithRoot?.size).toBe(0);
      root.end();
    });
  });

  it('does not change once it has ended', () => {
    const span = started(callTo('http://shop.test/'));
    span.end();
    span.responded(500);
    span.failed(new Error('late'));
    span.end();
    const view = only('GET');
    expect(view.status.code).toBe('UNSET');
    expect(view.attributes).not.toHaveProperty('http.response.status_code');
  });

  it('is left to whoever sent a context along before', () => {
    const parent = tracing.tracer.startSpan('parent');
    const { traceId, spanId } = parent.spanContext();
    const other = callWith(`00-${traceId}-b7ad6b7169203331-01`);
    expect(within(parent, () => startClientSpan(other))).toBeUndefined();
    expect(startClientSpan(other)).toBeUndefined();
    expect(other.sent).toEqual({});
    const byHand = callWith(`00-${traceId}-${spanId}-01`);
    within(parent, () => started(byHand)).end();
    expect(only('GET').parentSpanId).toBe(spanId);
    expect(byHand.sent.traceparent).toContain(only('GET').spanId);
  });

  it('is left to an instrumentation whose call is active', () => {
    const parent = tracing.tracer.startSpan('theirs', { kind: SpanKind.CLIENT });
    const { traceId, spanId } = parent.spanContext();
    const call = callWith(`00-${traceId}-${spanId}-01`);
    expect(within(parent, () => startClientSpan(call))).toBeUndefined();
  });

  it('is not asked for while tracing is suppressed', () => {
    expect(mayTrace()).toBe(true);
    expect(context.with(suppressTracing(ROOT_CONTEXT), mayTrace)).toBe(false);
  });

  it('carries baggage', () => {
    const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
    const call = callTo('http://shop.test/');
    context.with(propagation.setBaggage(ROOT_CONTEXT, baggage), () => started(call)).end();
    expect(call.sent.baggage).toBe('tenant=acme');
  });
});

describe('a call that gets no span', () => {
  it('is one to an ignored host, and nothing is sent along', async () => {
    await start({}, { ignore: ['shop.test'] });
    const call = callTo('http://shop.test/');
    expect(startClientSpan(call)).toBeUndefined();
    expect(call.sent).toEqual({});
  });

  it('is not looked at further than its host', async () => {
    const seen: string[] = [];
    const watched = new Proxy(callTo('http://shop.test/'), {
      get: (target, key) => {
        seen.push(String(key));
        return Reflect.get(target, key) as unknown;
      },
    });
    await start({}, { ignore: ['shop.test'] });
    expect(startClientSpan(watched)).toBeUndefined();
    expect(new Set(seen)).toEqual(new Set(['target', 'host']));
  });

  it('is one of a trace that is not recorded, and the next service is told', async () => {
    await start({ sampler: NOTHING });
    const parent = tracing.tracer.startSpan('parent');
    const call = callTo('http://shop.test/');
    expect(within(parent, () => startClientSpan(call))).toBeUndefined();
    expect(call.sent.traceparent).toMatch(/-00$/);
  });

  it('is one of an application that does not trace its calls', () => {
    tracing = startTracing();
    expect(startClientSpan(callTo('http://shop.test/'))).toBeUndefined();
  });

  it('is one without any telemetry', () => {
    tracing = startTracing();
    tracing.stop();
    expect(mayTrace()).toBe(false);
    expect(startClientSpan(callTo('http://shop.test/'))).toBeUndefined();
  });
});

describe('the span of an outgoing call with rules', () => {
  it('is there, but sends nothing to a host that is not to know', async () => {
    await start({}, { propagateTo: ['*.shop.test'] });
    const [theirs, ours] = [callTo('http://other.test/'), callTo('http://a.shop.test/')];
    started(theirs).end();
    started(ours).end();
    expect(theirs.sent).toEqual({});
    expect(Object.keys(ours.sent)).toEqual(['traceparent']);
  });

  it('has the old names as well when asked', async () => {
    await start({}, {}, true);
    const span = started(callTo('http://shop.test:81/a'));
    span.responded(204);
    span.end();
    expect(only('GET').attributes).toMatchObject({
      'http.method': 'GET',
      'http.url': 'http://shop.test:81/a',
      'net.peer.name': 'shop.test',
      'net.peer.port': 81,
      'http.status_code': 204,
    });
  });

  it('does not make a port up where nobody knows it', async () => {
    await start({}, {}, true);
    started(callTo('http://shop.test/', { port: () => undefined })).end();
    expect(only('GET').attributes).not.toHaveProperty('server.port');
    expect(only('GET').attributes).not.toHaveProperty('net.peer.port');
  });
});
