import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import type { LoggerService } from '@nestjs/common';
import { expectTrace, InMemoryTelemetry } from 'nestrace/testing';
import { OTEL_SPAN_EXPORTERS, OTEL_SPAN_PROCESSORS, OTEL_TRACER_PROVIDER } from 'nestrace';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../support/apps.js';
import { call } from '../support/client.js';
import { kitchenWith } from './incoming/kitchen.js';

describe('an application that already has an SDK', () => {
  const theirs = new InMemoryTelemetry();
  const unused = new InMemoryTelemetry();
  const provider = new TracerProvider({ spanProcessors: [theirs] });
  const lines: string[] = [];
  let running: RunningApp;

  beforeAll(async () => {
    trace.setGlobalTracerProvider(provider);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    const logger: LoggerService = {
      log: (line: string) => lines.push(line),
      warn: (line: string) => lines.push(line),
      error: (line: string) => lines.push(line),
    };
    running = await startApp(kitchenWith(unused, { exporters: 'otlp' }), undefined, { logger });
  });
  afterAll(() => {
    trace.disable();
    context.disable();
    propagation.disable();
  });
  afterEach(() => {
    theirs.clear();
  });

  it('gets its spans into that SDK, and says so', async () => {
    await call(`${running.url}/kitchen/dishes/soup`, {
      headers: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
    });
    const spans = await theirs.waitForTrace();
    expectTrace(spans, {
      name: 'GET /kitchen/dishes/:dish',
      kind: 'SERVER',
      attributes: { 'nest.controller': 'Kitchen', 'http.route': '/kitchen/dishes/:dish' },
      children: [{ name: 'Cook.cook' }],
    });
    expect(spans[0]?.traceId).toBe('a'.repeat(32));
    expect(unused.spans()).toEqual([]);
    expect(lines.filter((line) => line.includes('already set up'))).toHaveLength(1);
  });

  it('makes neither exporters nor processors', () => {
    expect(running.app.get(OTEL_SPAN_EXPORTERS)).toEqual([]);
    expect(running.app.get(OTEL_SPAN_PROCESSORS)).toEqual([]);
    expect(running.app.get<{ getDelegate(): unknown }>(OTEL_TRACER_PROVIDER).getDelegate()).toBe(
      provider,
    );
  });

  it('describes the SERVER span that SDK has already opened instead of opening another', async () => {
    // As instrumentation-http does it: a span around everything that listens to the request.
    const server = running.app.getHttpServer() as NodeJS.EventEmitter;
    const { emit } = server;
    server.emit = function (event, ...args) {
      if (event !== 'request') return Reflect.apply(emit, this, [event, ...args]);
      return provider
        .getTracer('http')
        .startActiveSpan('GET', { kind: SpanKind.SERVER }, (span) => {
          (args[1] as NodeJS.EventEmitter).once('close', () => span.end());
          return Reflect.apply(emit, this, [event, ...args]);
        });
    };
    await call(`${running.url}/kitchen/dishes/soup`);
    expectTrace(await theirs.waitForTrace(), {
      name: 'GET /kitchen/dishes/:dish',
      kind: 'SERVER',
      attributes: { 'nest.handler': 'dish' },
      children: [{ name: 'Cook.cook' }],
    });
    expect(theirs.spans()).toHaveLength(2);
    server.emit = emit;
  });

  it('keeps its globals when the application closes', async () => {
    await running.close();
    provider.getTracer('later').startSpan('after close').end();
    trace.getTracer('later').startSpan('through the API').end();
    expect(theirs.spans().map((span) => span.name)).toEqual(['after close', 'through the API']);
  });
});
