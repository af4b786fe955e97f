import 'reflect-metadata';
import { Global, Injectable, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory, type NestApplicationContext } from '@nestjs/core';
import { Transport } from '@nestjs/microservices';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { Traced } from 'nestrace';
import { expectTrace } from 'nestrace/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { hook, lifecycle, lifecycleTelemetry, workshopWith } from './workshop.js';

const telemetry = lifecycleTelemetry();
const quiet = { logger: false, abortOnError: false } as const;
const isNest11 = process.env['NESTRACE_TEST_NEST'] === '11';

beforeEach(() => {
  telemetry.clear();
});

const shutdown = () => telemetry.waitForTrace('app.shutdown');

const DESTROY = lifecycle(
  'onModuleDestroy',
  hook('Tools.onModuleDestroy', 'ToolsModule', { name: 'Tools.sharpen' }),
);
const BEFORE = lifecycle(
  'beforeApplicationShutdown',
  hook('Tools.beforeApplicationShutdown', 'ToolsModule'),
);
const AFTER = lifecycle(
  'onApplicationShutdown',
  hook('Tools.onApplicationShutdown', 'ToolsModule', { name: 'Tools.sharpen' }),
);

/** Writes down what it is asked for, in order. */
class Recorder implements SpanExporter {
  readonly log: string[] = [];

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.log.push(...spans.map(({ name }) => name));
    done({ code: ExportResultCode.SUCCESS });
  }

  async shutdown(): Promise<void> {
    this.log.push('(shutdown)');
  }
}

describe.each(ADAPTERS)('the end of an HTTP application on %s', (_name, createAdapter) => {
  it('is one trace, with a phase for each hook', async () => {
    const { close } = await startApp(workshopWith(telemetry), createAdapter());
    telemetry.clear();
    await close();
    const spans = await shutdown();
    expectTrace(spans, lifecycle('app.shutdown', DESTROY, BEFORE, AFTER));
    expect(telemetry.spans()).toHaveLength(spans.length);
    expect(telemetry.openSpans()).toEqual([]);
    expect(spans.at(-1)?.attributes['nest.shutdown.signal']).toBeUndefined();
  });
});

describe('the end of another application', () => {
  it('is the same without a server', async () => {
    const app = await NestFactory.createApplicationContext(workshopWith(telemetry), quiet);
    await app.close();
    expectTrace(await shutdown(), lifecycle('app.shutdown', DESTROY, BEFORE, AFTER));
  });

  it('is the same for a microservice, and for one of a hybrid', async () => {
    const microservice = await NestFactory.createMicroservice(workshopWith(telemetry), {
      transport: Transport.TCP,
      options: { port: 0 },
      ...quiet,
    });
    await microservice.listen();
    await microservice.close();
    expectTrace(await shutdown(), lifecycle('app.shutdown', DESTROY, BEFORE, AFTER));

    telemetry.clear();
    const hybrid = await NestFactory.create(workshopWith(telemetry), quiet);
    hybrid.connectMicroservice({ transport: Transport.TCP, options: { port: 0 } });
    await hybrid.startAllMicroservices();
    await hybrid.listen(0);
    await hybrid.close();
    expectTrace(await shutdown(), lifecycle('app.shutdown', DESTROY, BEFORE, AFTER));
  });

  it('names the signal that asked for it', async () => {
    const app = await NestFactory.createApplicationContext(workshopWith(telemetry), quiet);
    await (app as NestApplicationContext).close('SIGTERM');
    expectTrace(await shutdown(), {
      ...lifecycle('app.shutdown', DESTROY, BEFORE, AFTER),
      attributes: { 'nest.type': 'lifecycle', 'nest.shutdown.signal': 'SIGTERM' },
    });
  });

  it('ends the start as well, where it was never ready', async () => {
    const app = await NestFactory.create(workshopWith(telemetry), quiet);
    // A server that never says that it listens.
    await new Promise<void>((resolve) => {
      app.getHttpAdapter().listen = () => {
        resolve();
      };
      void app.listen(0);
    });
    expect(telemetry.openSpans()).toEqual(['app.bootstrap']);
    await app.close();
    expect(telemetry.openSpans()).toEqual([]);
    const roots = telemetry.spans().filter(({ parentSpanId }) => parentSpanId === undefined);
    expect(roots.map(({ name }) => name).filter((name) => name.startsWith('app.'))).toEqual([
      'app.bootstrap',
      'app.shutdown',
    ]);
  });
});

describe('what is delivered at the end', () => {
  @Injectable()
  class Last {
    async onApplicationShutdown(): Promise<void> {
      await new Promise((resolve) => setImmediate(resolve));
      this.lock();
    }

    @Traced()
    lock(): void {}
  }

  /** Its hook comes after that of OtelModule: of global modules the first ends last. */
  @Global()
  @Module({ providers: [Last] })
  class LastModule {}

  function start(recorder: Recorder): Promise<INestApplicationContext> {
    const { imports = [], ...workshop } = workshopWith(telemetry, {
      options: { exporters: recorder, batch: { scheduledDelayMs: 3_600_000 } },
    });
    return NestFactory.createApplicationContext(
      { ...workshop, imports: [LastModule, ...imports] },
      quiet,
    );
  }

  it('is everything, also what comes after the hook of OtelModule, once, and before the end', async () => {
    const recorder = new Recorder();
    const app = await start(recorder);
    await app.close();
    expect(recorder.log).toEqual([...telemetry.spans().map(({ name }) => name), '(shutdown)']);
    expect(recorder.log.slice(-5)).toEqual([
      'Last.lock',
      'Last.onApplicationShutdown',
      'onApplicationShutdown',
      'app.shutdown',
      '(shutdown)',
    ]);
  });

  it('is delivered once, however often the application is closed', async () => {
    const recorder = new Recorder();
    const app = await start(recorder);
    await Promise.all([app.close(), app.close()]);
    await app.close();
    expect(recorder.log.filter((line) => line === 'app.shutdown')).toHaveLength(1);
    expect(recorder.log.filter((line) => line === '(shutdown)')).toHaveLength(1);
    expect(recorder.log.at(-1)).toBe('(shutdown)');
  });

  it('has its time, and not more', async () => {
    const hanging: SpanExporter = {
      export: () => {},
      forceFlush: () => new Promise(() => {}),
      shutdown: async () => {},
    };
    const app = await NestFactory.createApplicationContext(
      workshopWith(telemetry, {
        options: { exporters: hanging, shutdown: { timeoutMs: 50 } },
      }),
      quiet,
    );
    await expect(app.close()).resolves.toBeUndefined();
    await shutdown();
  });

  it('includes the requests that were under way', async () => {
    const recorder = new Recorder();
    const { url, close } = await startApp(
      workshopWith(telemetry, {
        options: { exporters: recorder, batch: { scheduledDelayMs: 3_600_000 } },
      }),
    );
    await call(`${url}/nowhere`);
    await close();
    expect(recorder.log).toContain('GET');
  });
});

describe('an end that fails', () => {
  const broken = new Error('the door is jammed');
  let app: INestApplicationContext;

  afterEach(async () => {
    await app.close().catch(() => {});
  });

  @Injectable()
  class Door {
    async onModuleDestroy(): Promise<void> {
      await Promise.resolve();
      throw broken;
    }
  }

  @Injectable()
  class Window {
    async onApplicationShutdown(): Promise<void> {
      await Promise.resolve();
      throw broken;
    }
  }

  it('before the servers are closed is what Nest makes of it, and is shown', async () => {
    app = await NestFactory.createApplicationContext(
      workshopWith(telemetry, { module: { providers: [Door] } }),
      quiet,
    );
    // Nest 12 writes it to the log and goes on.
    if (isNest11) await expect(app.close()).rejects.toBe(broken);
    else await app.close();
    const spans = await shutdown();
    const failed = spans.filter(({ status }) => status.code === 'ERROR');
    const stops = isNest11 ? ['onModuleDestroy', 'app.shutdown'] : [];
    expect(failed.map(({ name }) => name)).toEqual(['Door.onModuleDestroy', ...stops]);
    expect(failed.map(({ events }) => events.length)).toEqual([1, ...stops.map(() => 0)]);
    expect(failed[0]?.status.message).toBe('the door is jammed');
  });

  it('in its last phase delivers what there is', async () => {
    const recorder = new Recorder();
    app = await NestFactory.createApplicationContext(
      workshopWith(telemetry, {
        options: { exporters: recorder, batch: { scheduledDelayMs: 3_600_000 } },
        module: { providers: [Window] },
      }),
      quiet,
    );
    const closing = app.close();
    if (isNest11) await expect(closing).rejects.toBe(broken);
    else await closing;
    expect(recorder.log.slice(-3)).toEqual(['onApplicationShutdown', 'app.shutdown', '(shutdown)']);
    const spans = await shutdown();
    expect(spans.find(({ name }) => name === 'Window.onApplicationShutdown')).toMatchObject({
      status: { code: 'ERROR' },
    });
  });
});
