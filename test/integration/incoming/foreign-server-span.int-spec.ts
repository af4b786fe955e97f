import { context, SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { expectTrace, InMemoryTelemetry } from 'nestrace/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { kitchenWith } from './kitchen.js';

describe.each(ADAPTERS)('a SERVER span of another SDK on %s', (_name, createAdapter) => {
  const theirs = new InMemoryTelemetry();
  const provider = new TracerProvider({ spanProcessors: [theirs] });
  let running: RunningApp;

  beforeAll(async () => {
    trace.setGlobalTracerProvider(provider);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    running = await startApp(
      kitchenWith(new InMemoryTelemetry(), {
        environment: 'development',
        sampling: { ignore: ['/kitchen/dishes/secret'] },
      }),
      createAdapter(),
    );
    openSpansLikeInstrumentationHttp(running.app.getHttpServer() as NodeJS.EventEmitter);
  });
  afterEach(() => {
    theirs.clear();
  });
  afterAll(async () => {
    await running.close();
    trace.disable();
    context.disable();
  });

  /** It puts a span around everything that listens to the request. */
  function openSpansLikeInstrumentationHttp(server: NodeJS.EventEmitter): void {
    const { emit } = server;
    server.emit = function (event, ...args) {
      const proceed = (): boolean => emit.call(this, event, ...args);
      if (event !== 'request') return proceed();
      const options = { kind: SpanKind.SERVER };
      return provider.getTracer('http').startActiveSpan('GET', options, (span) => {
        (args[1] as NodeJS.EventEmitter).once('close', () => {
          span.end();
        });
        return proceed();
      });
    };
  }

  it('gets the request id, which is answered, as is the trace', async () => {
    const { headers } = await call(`${running.url}/kitchen/dishes/soup`, {
      headers: { 'x-request-id': 'r-1' },
    });
    const spans = await theirs.waitForTrace();
    expectTrace(spans, {
      name: 'GET /kitchen/dishes/:dish',
      attributes: {
        'nest.handler': 'dish',
        'http.request.header.x-request-id': ['r-1'],
        'http.response.header.x-request-id': ['r-1'],
      },
      children: [{ name: 'Cook.cook' }],
    });
    expect(headers).toMatchObject({ 'x-request-id': 'r-1', 'x-trace-id': spans[0]?.traceId });
  });

  it('is all there is of a request that is ignored', async () => {
    const { headers, text } = await call(`${running.url}/kitchen/dishes/secret`);
    expect(text).toBe('one secret');
    expect(headers).not.toHaveProperty('x-request-id');
    const spans = await theirs.waitForTrace();
    expect(spans.map(({ name, attributes }) => [name, attributes])).toEqual([['GET', {}]]);
  });
});
