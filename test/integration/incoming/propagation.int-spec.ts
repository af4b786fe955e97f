import { connect } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { Baggage, CurrentSpan, OtelModule, type OtelModuleOptions } from 'nestrace';
import { InMemoryTelemetry } from 'nestrace/testing';
import type { Span } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT_ID = '00f067aa0ba902b7';
const VALID = `00-${TRACE_ID}-${PARENT_ID}-01`;

@Controller()
class EchoController {
  @Get('echo')
  echo(@CurrentSpan() span: Span, @Baggage('tenant') tenant: string | undefined): unknown {
    return { tracestate: span.spanContext().traceState?.serialize(), tenant };
  }
}

function echoWith(telemetry: InMemoryTelemetry, options: OtelModuleOptions = {}) {
  @Module({
    imports: [
      OtelModule.forRoot({
        exporters: 'none',
        autoTrace: false,
        processors: [telemetry],
        ...options,
      }),
    ],
    controllers: [EchoController],
  })
  class EchoModule {}
  return EchoModule;
}

describe.each(ADAPTERS)('incoming trace context on %s', (_name, createAdapter) => {
  const telemetry = new InMemoryTelemetry();
  let running: RunningApp;

  beforeAll(async () => {
    running = await startApp(echoWith(telemetry), createAdapter());
  });
  afterAll(() => running.close());
  afterEach(() => {
    telemetry.clear();
  });

  const echo = async (headers: Record<string, string | string[]>) => {
    const { text } = await call(`${running.url}/echo`, { headers });
    const [span] = await telemetry.waitForTrace();
    return { span, answer: JSON.parse(text) as { tracestate?: string; tenant?: string } };
  };

  it.each([
    ['version 00', VALID],
    ['a later version', `cc-${TRACE_ID}-${PARENT_ID}-01`],
    ['a later version with more fields', `cc-${TRACE_ID}-${PARENT_ID}-01-what-the-future-brings`],
    ['flags of the future', `00-${TRACE_ID}-${PARENT_ID}-ff`],
  ])('continues a trace given as %s', async (_what, traceparent) => {
    const { span } = await echo({ traceparent });
    expect(span).toMatchObject({
      traceId: TRACE_ID,
      parentSpanId: PARENT_ID,
      parentIsRemote: true,
      kind: 'SERVER',
    });
  });

  it.each([
    ['no header', {}],
    ['an empty one', { traceparent: '' }],
    ['an all-zero trace id', { traceparent: `00-${'0'.repeat(32)}-${PARENT_ID}-01` }],
    ['an all-zero parent id', { traceparent: `00-${TRACE_ID}-${'0'.repeat(16)}-01` }],
    ['upper-case letters', { traceparent: VALID.toUpperCase() }],
    ['the forbidden version', { traceparent: `ff-${TRACE_ID}-${PARENT_ID}-01` }],
    ['version 00 with more fields', { traceparent: `${VALID}-more` }],
    ['a future version with a broken end', { traceparent: `cc-${TRACE_ID}-${PARENT_ID}-01.more` }],
    ['too short ids', { traceparent: `00-${TRACE_ID.slice(1)}-${PARENT_ID}-01` }],
    ['letters that are no digits', { traceparent: `00-${TRACE_ID.slice(1)}g-${PARENT_ID}-01` }],
    ['other separators', { traceparent: VALID.replaceAll('-', '_') }],
    ['two headers', { traceparent: [VALID, VALID] }],
  ])('starts a trace of its own for %s', async (_what, headers) => {
    const { span } = await echo(headers);
    expect(span?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(span?.traceId).not.toBe(TRACE_ID);
    expect(span?.parentSpanId).toBeUndefined();
  });

  it('passes a trace state on unchanged', async () => {
    const { answer } = await echo({
      traceparent: VALID,
      tracestate: 'congo=t61rcWkgMzE,rojo=00f0',
    });
    expect(answer.tracestate).toBe('congo=t61rcWkgMzE,rojo=00f0');
  });

  it('joins several trace state headers', async () => {
    const { answer } = await echo({ traceparent: VALID, tracestate: ['a=1', 'b=2'] });
    expect(answer.tracestate).toBe('a=1,b=2');
  });

  it('throws a broken trace state away and keeps the trace', async () => {
    const { span, answer } = await echo({ traceparent: VALID, tracestate: 'a=1,B@D=2' });
    expect(span?.traceId).toBe(TRACE_ID);
    expect(answer.tracestate).toBeUndefined();
  });

  it('shortens a trace state of more than 512 characters from its end', async () => {
    const members = Array.from({ length: 12 }, (_, n) => `vendor${n}=${'x'.repeat(50)}`);
    const { span, answer } = await echo({ traceparent: VALID, tracestate: members.join(',') });
    expect(span?.traceId).toBe(TRACE_ID);
    expect(answer.tracestate).toBe(members.slice(0, 8).join(','));
  });

  it('does not look at a trace state without a valid parent', async () => {
    const { answer } = await echo({ traceparent: 'broken', tracestate: 'a=1' });
    expect(answer.tracestate).toBeUndefined();
  });

  it('reads baggage, with and without a trace', async () => {
    expect((await echo({ baggage: 'tenant=acme%20inc,user=7' })).answer.tenant).toBe('acme inc');
    telemetry.clear();
    const { span, answer } = await echo({ traceparent: VALID, baggage: 'tenant=x;meta=1' });
    expect(span?.traceId).toBe(TRACE_ID);
    expect(answer.tenant).toBe('x');
    telemetry.clear();
    expect((await echo({ baggage: '=;,;' })).answer.tenant).toBeUndefined();
  });

  it('keeps what it reads out of attributes', async () => {
    const { span } = await echo({ traceparent: VALID, tracestate: 'a=1', baggage: 'tenant=acme' });
    expect(JSON.stringify(span?.attributes)).not.toContain('acme');
  });

  it('takes a request with a header block full of garbage', async () => {
    const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
    socket.end(
      `GET /echo HTTP/1.1\r\nHost: [::1\r\nTraceparent: \u0001\r\nBaggage: ${'%'.repeat(2000)}\r\n` +
        `X-Request-Id: ${'a'.repeat(5000)}\r\nConnection: close\r\n\r\n`,
      'latin1',
    );
    const text = (await socket.toArray()).join('');
    // Node itself refuses control characters in headers.
    expect(text).toMatch(/^HTTP\/1\.1 400/);
    expect(telemetry.openSpans()).toEqual([]);
  });
});

describe('the decision of the caller', () => {
  const cases = [
    ['parent_based', 1, '00', false],
    ['parent_based', 0, '01', true],
    ['parent_based', 0, undefined, false],
    ['parent_based', 1, undefined, true],
    ['always', 0, '00', true],
    ['never', 1, '01', false],
    ['ratio', 1, '00', true],
    ['ratio', 0, '01', false],
  ] as const;

  it.each(cases)('with %s and ratio %s, flags %s: recorded is %s', async (...given) => {
    const [strategy, ratio, flags, recorded] = given;
    const telemetry = new InMemoryTelemetry();
    const running = await startApp(echoWith(telemetry, { sampling: { strategy, ratio } }));
    const headers =
      flags === undefined ? {} : { traceparent: `00-${TRACE_ID}-${PARENT_ID}-${flags}` };
    await call(`${running.url}/echo`, { headers });
    await running.close();
    expect(telemetry.spans()).toHaveLength(recorded ? 1 : 0);
  });
});

describe('other propagation formats', () => {
  const headersOf = {
    b3: { b3: `${TRACE_ID}-${PARENT_ID}-1` },
    b3multi: { 'x-b3-traceid': TRACE_ID, 'x-b3-spanid': PARENT_ID, 'x-b3-sampled': '1' },
    jaeger: { 'uber-trace-id': `${TRACE_ID}:${PARENT_ID}:0:1` },
    xray: {
      'x-amzn-trace-id': `Root=1-${TRACE_ID.slice(0, 8)}-${TRACE_ID.slice(8)};Parent=${PARENT_ID};Sampled=1`,
    },
  };

  it.each(Object.entries(headersOf))('continues a trace given as %s', async (name, headers) => {
    const telemetry = new InMemoryTelemetry();
    const propagators = [name as 'b3'];
    const running = await startApp(echoWith(telemetry, { propagators }));
    await call(`${running.url}/echo`, { headers });
    const [span] = await telemetry.waitForTrace();
    await running.close();
    expect(span).toMatchObject({ traceId: TRACE_ID, parentSpanId: PARENT_ID });
  });

  it('reads nothing when there is no propagator', async () => {
    const telemetry = new InMemoryTelemetry();
    const running = await startApp(echoWith(telemetry, { propagators: ['none'] }));
    await call(`${running.url}/echo`, { headers: { traceparent: VALID } });
    const [span] = await telemetry.waitForTrace();
    await running.close();
    expect(span?.traceId).not.toBe(TRACE_ID);
  });
});
