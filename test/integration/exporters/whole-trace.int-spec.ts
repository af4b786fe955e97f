import type { ExporterInput } from 'nestrace';
import { expectTrace, InMemoryTelemetry, type SpanView } from 'nestrace/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { startEchoServer, type EchoServer } from '../../support/echo-server.js';
import { expectedOtlpSpan } from '../../support/receivers/expected-otlp-span.js';
import { expectedZipkinSpan } from '../../support/receivers/expected-zipkin-span.js';
import { startOtlpGrpcReceiver } from '../../support/receivers/otlp-grpc.receiver.js';
import { startOtlpHttpReceiver } from '../../support/receivers/otlp-http.receiver.js';
import { viewOf } from '../../support/receivers/otlp-span-view.js';
import type { Receiver } from '../../support/receivers/receiver.js';
import { startZipkinReceiver } from '../../support/receivers/zipkin.receiver.js';
import { SpanRecorder } from '../../support/recorded-spans.js';
import { Kitchen, SPANS_OF_AN_ORDER, TRACE_OF_AN_ORDER } from './kitchen.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER = '00f067aa0ba902b7';
const TRACED_CALL = {
  headers: {
    traceparent: `00-${TRACE_ID}-${CALLER}-01`,
    tracestate: 'vendor=value,other=1',
  },
};

const OTLP = [
  ['grpc', startOtlpGrpcReceiver],
  ['http/protobuf', startOtlpHttpReceiver],
  ['http/json', startOtlpHttpReceiver],
] as const;

let echo: EchoServer;
let telemetry: InMemoryTelemetry;
let recorder: SpanRecorder;
let app: RunningApp;
const receivers: Receiver<unknown>[] = [];

beforeEach(async () => {
  echo = await startEchoServer();
  telemetry = new InMemoryTelemetry();
  recorder = new SpanRecorder();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await app.close();
  for (const receiver of receivers.splice(0)) await receiver.close();
  await echo.close();
});

async function started<S>(receiver: Promise<Receiver<S>>): Promise<Receiver<S>> {
  receivers.push(await receiver);
  return receiver;
}

/** Serves one order, delivers its trace and ends. */
async function order(exporters: ExporterInput | readonly ExporterInput[]): Promise<void> {
  const priceUrl = `http://127.0.0.1:${echo.port}`;
  app = await startApp(
    Kitchen.tracing(
      {
        service: { name: 'shop', version: '1.2.3', namespace: 'market', instanceId: 'shop-1' },
        environment: 'test',
        resource: { attributes: { team: 'checkout', shard: 7, canary: true, weight: 0.5 } },
        exporters,
        processors: [telemetry, recorder],
      },
      priceUrl,
    ),
  );
  expect(await call(`${app.url}/orders/7`, TRACED_CALL)).toMatchObject({
    status: 200,
    text: 'order 7',
  });
  await telemetry.waitForTrace('GET /orders/:id');
  await app.close();
}

const bySpanId = (a: { readonly spanId: string }, b: { readonly spanId: string }): number =>
  a.spanId.localeCompare(b.spanId);

const byId = (a: { readonly id: string }, b: { readonly id: string }): number =>
  a.id.localeCompare(b.id);

describe.each(OTLP)('a trace that travels over OTLP (%s)', (protocol, start) => {
  it('arrives as it was recorded, to the nanosecond', async () => {
    const receiver = await started(start());
    await order({ type: 'otlp', protocol, endpoint: receiver.url });

    expect(receiver.spans().toSorted(bySpanId)).toEqual(
      recorder.spans.map(expectedOtlpSpan).toSorted(bySpanId),
    );
  });

  it('arrives as the in-memory telemetry saw it', async () => {
    const receiver = await started(start());
    await order({ type: 'otlp', protocol, endpoint: receiver.url });

    const views = receiver.spans().map(viewOf);
    expect(views.toSorted(bySpanId)).toEqual([...telemetry.spans()].toSorted(bySpanId));
    expectTrace(views, TRACE_OF_AN_ORDER);
  });

  it('names the process, the scope and the trace it belongs to', async () => {
    const receiver = await started(start());
    await order({ type: 'otlp', protocol, endpoint: receiver.url });

    const spans = receiver.spans();
    expect(spans).toHaveLength(SPANS_OF_AN_ORDER);
    for (const span of spans) {
      expect(span.traceId).toBe(TRACE_ID);
      expect(span.traceState).toBe('vendor=value,other=1');
      expect(span.scope.name).toBe('nestrace');
      expect(span.endNs).toBeGreaterThanOrEqual(span.startNs);
      expect(span.resource).toMatchObject({
        'service.name': 'shop',
        'service.version': '1.2.3',
        'service.namespace': 'market',
        'service.instance.id': 'shop-1',
        'deployment.environment.name': 'test',
        'process.pid': process.pid,
        team: 'checkout',
        shard: 7,
        canary: true,
        weight: 0.5,
      });
    }
    const roots = spans.filter(({ parentSpanId }) => parentSpanId === CALLER);
    expect(roots.map(({ name, flags }) => [name, flags])).toEqual([['GET /orders/:id', 0x301]]);
    const others = spans.filter(({ parentSpanId }) => parentSpanId !== CALLER);
    expect(new Set(others.map(({ flags }) => flags))).toEqual(new Set([0x101]));
  });
});

describe('a trace that travels to Zipkin', () => {
  it('arrives as it was recorded, to the microsecond', async () => {
    const receiver = await started(startZipkinReceiver());
    await order({ type: 'zipkin', endpoint: receiver.url });

    expect(receiver.spans().toSorted(byId)).toEqual(
      recorder.spans.map(expectedZipkinSpan).toSorted(byId),
    );
    expect(receiver.spans()).toHaveLength(SPANS_OF_AN_ORDER);
  });
});

describe('a trace that goes to the console', () => {
  it('is printed as one line of JSON for each span', async () => {
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((text: string) => {
      lines.push(text);
    });
    await order({ type: 'console', format: 'json' });

    expect(lines.map((line) => JSON.parse(line) as SpanView)).toEqual(telemetry.spans());
    expectTrace(
      lines.map((line) => JSON.parse(line) as SpanView),
      TRACE_OF_AN_ORDER,
    );
  });
});

describe('a trace that travels several ways', () => {
  it('arrives everywhere, the same', async () => {
    const grpc = await started(startOtlpGrpcReceiver());
    const json = await started(startOtlpHttpReceiver());
    const zipkin = await started(startZipkinReceiver());
    await order([
      { type: 'otlp', endpoint: grpc.url },
      { type: 'otlp', protocol: 'http/json', endpoint: json.url },
      { type: 'zipkin', endpoint: zipkin.url },
    ]);

    const expected = recorder.spans.map(expectedOtlpSpan);
    expect(grpc.spans()).toEqual(expected);
    expect(json.spans()).toEqual(expected);
    expect(zipkin.spans()).toEqual(recorder.spans.map(expectedZipkinSpan));
  });
});

describe('a trace the caller does not want', () => {
  it('travels nowhere', async () => {
    const receiver = await started(startOtlpHttpReceiver());
    app = await startApp(
      Kitchen.tracing(
        { exporters: { type: 'otlp', protocol: 'http/protobuf', endpoint: receiver.url } },
        `http://127.0.0.1:${echo.port}`,
      ),
    );
    const headers = { traceparent: `00-${TRACE_ID}-${CALLER}-00` };
    expect(await call(`${app.url}/orders/7`, { headers })).toMatchObject({ status: 200 });
    await app.close();

    expect(receiver.requests).toEqual([]);
  });
});
