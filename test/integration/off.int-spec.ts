import http from 'node:http';
import { channel } from 'node:diagnostics_channel';
import https from 'node:https';
import { connect } from 'node:net';
import { ConsoleLogger, Logger, type INestApplication } from '@nestjs/common';
import {
  ApplicationConfig,
  BaseExceptionFilter,
  ModulesContainer,
  NestApplication,
  NestApplicationContext,
} from '@nestjs/core';
import {
  context,
  diag,
  propagation,
  trace,
  ROOT_CONTEXT,
  type TextMapPropagator,
  type Tracer,
} from '@opentelemetry/api';
import {
  OTEL_PROPAGATOR,
  OTEL_SPAN_EXPORTERS,
  OTEL_SPAN_PROCESSORS,
  OTEL_TRACER,
  Traced,
  TraceService,
  type OtelModuleOptions,
} from 'nestrace';
import { InMemoryTelemetry } from 'nestrace/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp } from '../support/apps.js';
import { call } from '../support/client.js';
import { freePort } from '../support/demo.js';
import { waitUntil } from '../support/wait-until.js';
import { kitchenWith } from './incoming/kitchen.js';

/** Methods of Nest's applications. */
const SEAMS = [
  'callInitHook',
  'callBootstrapHook',
  'callDestroyHook',
  'callBeforeShutdownHook',
  'callShutdownHook',
  'selectContextModule',
];

/** Everything nestrace could put a hook on. */
function hookPoints(): Record<string, unknown> {
  const application = NestApplicationContext.prototype as unknown as Record<string, unknown>;
  return {
    'http.request': http.request,
    'http.get': http.get,
    'https.request': https.request,
    'https.get': https.get,
    'BaseExceptionFilter.catch': BaseExceptionFilter.prototype.catch,
    ...Object.fromEntries(SEAMS.map((name) => [name, application[name]])),
    'NestApplication.listen': NestApplication.prototype.listen,
    'Logger.prototype.log': Logger.prototype.log,
    'Logger.log': Logger.log,
    'Logger.overrideLogger': Logger.overrideLogger,
    'ConsoleLogger.prototype.log': ConsoleLogger.prototype.log,
    'ConsoleLogger.prototype.formatMessage': Object.getOwnPropertyDescriptor(
      ConsoleLogger.prototype,
      'formatMessage',
    )?.value,
    'undici channel': channel('undici:request:create').hasSubscribers,
    'http channel': channel('http.client.response.finish').hasSubscribers,
    'global provider': (
      trace.getTracerProvider() as { getDelegateTracer?(name: string): unknown }
    ).getDelegateTracer?.('x'),
    'global context': context.with(ROOT_CONTEXT.setValue(Symbol.for('x'), 1), () =>
      context.active().getValue(Symbol.for('x')),
    ),
    'global propagator': propagation.fields(),
  };
}

const ways: readonly (readonly [string, OtelModuleOptions, Record<string, string>])[] = [
  ['enabled: false', { enabled: false }, {}],
  ['OTEL_SDK_DISABLED=true', {}, { OTEL_SDK_DISABLED: 'true' }],
  ['OTEL_ENABLED=false', {}, { OTEL_ENABLED: 'false' }],
];

describe.each(ADAPTERS)('tracing turned off on %s', (_name, createAdapter) => {
  afterEach(() => {
    diag.disable();
    for (const [, , variables] of ways)
      for (const name of Object.keys(variables)) delete process.env[name];
  });

  it.each(ways)('by %s installs nothing at all', async (_way, options, variables) => {
    Object.assign(process.env, variables);
    const before = hookPoints();
    const telemetry = new InMemoryTelemetry();
    const lines: string[] = [];
    const adapter = createAdapter();
    const running = await startApp(
      kitchenWith(telemetry, { exporters: 'otlp', ...options }),
      adapter,
      {
        logger: {
          log: (line: string) => lines.push(line),
          warn: (line: string) => lines.push(line),
          error: (line: string) => lines.push(line),
        },
      },
    );

    expect(hookPoints()).toEqual(before);
    const { onRequestHook, onResponseHook } = adapter as unknown as Record<string, unknown>;
    expect([onRequestHook, onResponseHook, adapter.getOnRouteTriggered()]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(running.app.get(ApplicationConfig, { strict: false }).getGlobalInterceptors()).toEqual(
      [],
    );
    expect(running.app.get(OTEL_SPAN_EXPORTERS)).toEqual([]);
    expect(running.app.get(OTEL_SPAN_PROCESSORS)).toEqual([]);
    // A format whose package is missing must not stop an application that is not traced.
    expect(running.app.get<TextMapPropagator>(OTEL_PROPAGATOR).fields()).toEqual([]);
    expect(lines.filter((line) => line.includes('tracing is off'))).toHaveLength(1);

    const { headers, text } = await call(`${running.url}/kitchen/dishes/soup`);
    expect(text).toBe('one soup');
    expect(headers).not.toHaveProperty('x-request-id');
    expect(headers).not.toHaveProperty('x-trace-id');
    await running.close();
    expect(telemetry.spans()).toEqual([]);
    expect(hookPoints()).toEqual(before);
  });

  it('hands out tracers that do nothing and calls traced methods directly', async () => {
    const running = await startApp(kitchenWith(new InMemoryTelemetry(), { enabled: false }));
    const tracer = running.app.get<Tracer>(OTEL_TRACER);
    expect(tracer.startSpan('nothing').isRecording()).toBe(false);
    const traces = running.app.get(TraceService);
    expect(traces.withSpan('nothing', (span) => span.isRecording())).toBe(false);
    expect(traces.traceId()).toBeUndefined();

    class Hand {
      @Traced()
      give<T>(gift: T): T {
        return gift;
      }
    }
    const gift = Promise.resolve();
    expect(new Hand().give(gift)).toBe(gift);
    await running.close();
  });
});

/** What of the panel an application has. */
function panelParts(app: INestApplication): Record<string, unknown> {
  const modules = [...app.get(ModulesContainer).values()];
  const made = ['span-store', 'panel-backend', 'panel-ingest-hub'].map((name) => {
    const isIt = (token: unknown): boolean => String(token) === `Symbol(nestrace:${name})`;
    const owner = modules.find(({ providers }) => [...providers.keys()].some(isIt));
    if (owner === undefined) throw new Error(`nobody provides ${name}`);
    const wrapper = [...owner.providers].find(([token]) => isIt(token))?.[1];
    return [name, wrapper?.instance !== undefined];
  });
  return {
    ...Object.fromEntries(made),
    controllers: modules.flatMap(({ controllers }) =>
      [...controllers.values()]
        .map(({ name }) => name as string)
        .filter((name) => /panel/i.test(name)),
    ),
    propagator: app.get<TextMapPropagator>(OTEL_PROPAGATOR).constructor.name,
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

describe.each(ADAPTERS)('the panel turned off on %s', (_name, createAdapter) => {
  let port: number;
  const panel = (enabled: boolean): OtelModuleOptions['panel'] => ({
    enabled,
    linkHeader: 'x-trace-link',
    logLinks: 'all',
    ingest: { port },
  });
  const environment = 'development';

  beforeEach(async () => {
    port = await freePort();
  });

  it('would be there, if it was on', async () => {
    const options = { environment, panel: panel(true) };
    const running = await startApp(kitchenWith(new InMemoryTelemetry(), options), createAdapter());
    expect(panelParts(running.app)).toEqual({
      'span-store': true,
      'panel-backend': true,
      'panel-ingest-hub': true,
      controllers: ['OtelPanelController'],
      propagator: 'RecordingPropagator',
    });
    expect((await call(`${running.url}/_otel`)).status).toBe(200);
    await waitUntil(() => isListening(port), 'the port for spans of others');
    await running.close();
    expect(await isListening(port)).toBe(false);
  });

  it.each([
    ['panel: false', () => ({ panel: false })],
    ['panel.enabled: false', () => ({ panel: panel(false) })],
    ['enabled: false', () => ({ enabled: false, panel: panel(true) })],
  ] satisfies [string, () => OtelModuleOptions][])(
    'by %s has nothing of it',
    async (_way, options) => {
      const running = await startApp(
        kitchenWith(new InMemoryTelemetry(), { environment, ...options() }),
        createAdapter(),
      );
      expect(panelParts(running.app)).toEqual({
        'span-store': false,
        'panel-backend': false,
        'panel-ingest-hub': false,
        controllers: [],
        propagator: expect.not.stringContaining('Recording') as string,
      });
      const { headers, text } = await call(`${running.url}/kitchen/dishes/soup`);
      expect(text).toBe('one soup');
      expect(headers).not.toHaveProperty('x-trace-link');
      expect(headers).not.toHaveProperty('server-timing');
      for (const path of ['/_otel', '/_otel/', '/_otel/api/meta', `/_otel/t/${'a'.repeat(32)}`]) {
        expect((await call(running.url + path)).status, path).toBe(404);
      }
      expect(await isListening(port)).toBe(false);
      await running.close();
    },
  );
});

describe('tracing turned on', () => {
  it('takes every hook back when the application closes', async () => {
    const before = hookPoints();
    const running = await startApp(kitchenWith(new InMemoryTelemetry()));
    const during = hookPoints();
    for (const point of Object.keys(before)) {
      expect(during[point], point).not.toEqual(before[point]);
    }
    await running.close();
    expect(hookPoints()).toEqual(before);
  });
});
