import { Test } from '@nestjs/testing';
import { ROOT_CONTEXT, trace, TraceFlags, type Span, type Tracer } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  OTEL_SAMPLER,
  OTEL_SPAN_EXPORTERS,
  OTEL_SPAN_PROCESSORS,
  OTEL_TRACER,
} from '../../../libs/nestrace/src/config/tokens.js';
import { OtelModule } from '../../../libs/nestrace/src/module/otel.module.js';
import { InMemoryTelemetry } from '../../../libs/nestrace/src/testing/in-memory-telemetry.js';
import { startTracing, type Tracing } from '../support/tracing.js';

let tracing: Tracing;
let telemetry: InMemoryTelemetry;

beforeEach(() => {
  telemetry = new InMemoryTelemetry();
  tracing = startTracing({ members: [telemetry] });
});
afterEach(() => {
  vi.useRealTimers();
  tracing.stop();
});

function span(name: string, parent?: Span): Span {
  const active = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
  return tracing.tracer.startSpan(name, {}, active);
}

/** What a promise becomes while time passes at once. */
async function outcome(promise: Promise<unknown>): Promise<{ value?: unknown; error?: Error }> {
  const settled = promise.then(
    (value) => ({ value }),
    (error: Error) => ({ error }),
  );
  await vi.runAllTimersAsync();
  return settled;
}

describe('InMemoryTelemetry', () => {
  it('keeps spans in the order they ended, and knows the open ones', () => {
    const root = span('root');
    const child = span('child', root);
    expect(telemetry.openSpans()).toEqual(['root', 'child']);
    child.end();
    expect(telemetry.openSpans()).toEqual(['root']);
    root.end();
    expect(telemetry.spans().map(({ name }) => name)).toEqual(['child', 'root']);
    expect(telemetry.openSpans()).toEqual([]);
  });

  it('hands out lists nobody else changes', () => {
    const before = telemetry.spans();
    span('later').end();
    expect(before).toEqual([]);
  });

  it('forgets everything when told so', () => {
    span('ended').end();
    const open = span('open');
    telemetry.clear();
    expect(telemetry.spans()).toEqual([]);
    expect(telemetry.openSpans()).toEqual([]);
    open.end();
    expect(telemetry.spans().map(({ name }) => name)).toEqual(['open']);
  });

  it('leaves the start and the end of the application out, unless it is asked for them', () => {
    const all = new InMemoryTelemetry({ lifecycle: true });
    const watched = startTracing({ members: [telemetry, all] });
    const { tracer } = watched;
    for (const name of ['app.bootstrap', 'app.shutdown', 'job']) {
      const root = tracer.startSpan(name, { attributes: { 'nest.type': 'lifecycle' } });
      const child = tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root));
      expect(telemetry.openSpans()).toHaveLength(name === 'job' ? 2 : 0);
      expect(all.openSpans()).toHaveLength(2);
      child.end();
      root.end();
    }
    watched.stop();
    expect(telemetry.spans().map(({ name }) => name)).toEqual(['child', 'job']);
    expect(all.spans()).toHaveLength(6);
  });

  it('can be flushed and shut down like any processor', async () => {
    span('kept').end();
    await telemetry.forceFlush();
    await telemetry.shutdown();
    expect(telemetry.spans()).toHaveLength(1);
  });
});

describe('waitForSpan', () => {
  it('finds a span that has ended, by name, expression or question', async () => {
    span('GET /orders').end();
    await expect(telemetry.waitForSpan('GET /orders')).resolves.toMatchObject({
      name: 'GET /orders',
    });
    await expect(telemetry.waitForSpan(/^GET/)).resolves.toBeDefined();
    await expect(telemetry.waitForSpan(({ kind }) => kind === 'INTERNAL')).resolves.toBeDefined();
  });

  it('wants the whole name', async () => {
    span('GET /orders').end();
    vi.useFakeTimers();
    expect((await outcome(telemetry.waitForSpan('GET'))).error).toBeDefined();
  });

  it('gives the same answer every time with an expression that remembers', async () => {
    span('GET /orders').end();
    const match = /orders/g;
    for (let count = 0; count < 3; count++) {
      await expect(telemetry.waitForSpan(match, { timeoutMs: 0 })).resolves.toBeDefined();
    }
  });

  it('waits for a span that ends later', async () => {
    vi.useFakeTimers();
    const later = span('later');
    setTimeout(() => {
      later.end();
    }, 1500);
    expect((await outcome(telemetry.waitForSpan('later'))).value).toMatchObject({ name: 'later' });
  });

  it('gives up when time is up, not earlier', async () => {
    vi.useFakeTimers();
    const started = Date.now();
    expect((await outcome(telemetry.waitForSpan('never'))).error).toBeDefined();
    expect(Date.now() - started).toBeGreaterThanOrEqual(2000);
    expect(Date.now() - started).toBeLessThan(2010);
  });

  it('looks once when it has no time at all', async () => {
    await expect(telemetry.waitForSpan('never', { timeoutMs: 0 })).rejects.toThrow(
      'No span "never" within 0 ms.',
    );
  });

  it('tells what has ended, as pictures, and what is open', async () => {
    const root = span('root');
    span('child', root).end();
    root.end();
    span('another trace').end();
    span('still open');
    const { message } = (await telemetry
      .waitForSpan(/^never/, { timeoutMs: 0 })
      .catch((error: unknown) => error)) as Error;
    expect(message).toMatch(/^No span "\/\^never\/" within 0 ms\.\nStill open: still open\.\n/);
    expect(message).toContain('What has ended:\n\ntrace ');
    expect(message).toMatch(/ {2}root [^]*└─ child [^]*trace [^]* {2}another trace /);
  });

  it('tells that nothing has happened', async () => {
    await expect(telemetry.waitForSpan(() => false, { timeoutMs: 0 })).rejects.toThrow(
      'No span that was asked for within 0 ms.\nNo span is open.\nNo span has ended.',
    );
  });
});

describe('waitForTrace', () => {
  it('gives all spans of the trace, and none of another', async () => {
    const root = span('root');
    span('other').end();
    span('child', root).end();
    root.end();
    const spans = await telemetry.waitForTrace('root');
    expect(spans.map(({ name }) => name)).toEqual(['child', 'root']);
  });

  it('takes the first trace when it is not told which', async () => {
    span('first').end();
    span('second').end();
    const spans = await telemetry.waitForTrace();
    expect(spans.map(({ name }) => name)).toEqual(['first']);
  });

  it('finds it by its local root, not by a span in it', async () => {
    const root = span('root');
    span('child', root).end();
    root.end();
    await expect(telemetry.waitForTrace('child', { timeoutMs: 0 })).rejects.toThrow(
      'No trace "child" within 0 ms.',
    );
    await expect(telemetry.waitForTrace(/^roo/)).resolves.toHaveLength(2);
  });

  it('finds it by a local root that continues a trace of somebody else', async () => {
    const remote = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    });
    tracing.tracer.startSpan('served', {}, remote).end();
    await expect(telemetry.waitForTrace('served')).resolves.toHaveLength(1);
  });

  it('leaves out what is above the local root, and does not wait for it', async () => {
    const test = span('fetch in the test');
    const remote = trace.setSpanContext(ROOT_CONTEXT, { ...test.spanContext(), isRemote: true });
    const served = tracing.tracer.startSpan('served', {}, remote);
    span('work', served).end();
    served.end();
    const names = (await telemetry.waitForTrace('served', { timeoutMs: 0 })).map(
      ({ name }) => name,
    );
    expect(names).toEqual(['work', 'served']);
  });

  it('waits until no span of it is open, whatever is open elsewhere', async () => {
    vi.useFakeTimers();
    span('open elsewhere');
    const root = span('root');
    const late = span('late', root);
    root.end();
    setTimeout(() => {
      late.end();
    }, 500);
    const { value } = await outcome(telemetry.waitForTrace('root'));
    expect((value as { name: string }[]).map(({ name }) => name)).toEqual(['root', 'late']);
  });

  it('gives up on a trace that is never complete, and names what is open', async () => {
    const root = span('root');
    span('never ends', root);
    root.end();
    await expect(telemetry.waitForTrace(undefined, { timeoutMs: 0 })).rejects.toThrow(
      'No trace within 0 ms.\nStill open: never ends.',
    );
  });
});

describe('override', () => {
  it('makes every trace of a testing module end up here, whatever its options say', async () => {
    tracing.stop();
    const builder = Test.createTestingModule({
      imports: [
        OtelModule.forRoot({
          service: { name: 'orders' },
          exporters: 'otlp',
          sampling: { strategy: 'never' },
        }),
      ],
    });
    const module = await telemetry.override(builder).compile();
    module.useLogger(false);
    await module.init();
    expect(module.get(OTEL_SPAN_EXPORTERS)).toEqual([]);
    expect(module.get(OTEL_SPAN_PROCESSORS)).toEqual([telemetry]);
    expect(String(module.get(OTEL_SAMPLER))).toBe('AlwaysOnSampler');
    module.get<Tracer>(OTEL_TRACER).startSpan('traced').end();
    expect(telemetry.spans()).toMatchObject([{ name: 'traced', service: 'orders' }]);
    await module.close();
  });
});
