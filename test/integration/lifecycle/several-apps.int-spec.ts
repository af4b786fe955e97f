import 'reflect-metadata';
import { Injectable, type INestApplicationContext } from '@nestjs/common';
import { NestApplication, NestApplicationContext, NestFactory } from '@nestjs/core';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { OtelModule } from 'nestrace';
import { expectTrace, InMemoryTelemetry } from 'nestrace/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from '../../support/apps.js';
import {
  BOOTSTRAP,
  hook,
  INIT,
  INJECTION,
  lifecycle,
  lifecycleTelemetry,
  Tools,
  workshopWith,
} from './workshop.js';

const quiet = { logger: false, abortOnError: false } as const;

const SEAMS = [
  'callInitHook',
  'callBootstrapHook',
  'callDestroyHook',
  'callBeforeShutdownHook',
  'callShutdownHook',
  'selectContextModule',
] as const;

/** What is replaced in Nest while an application lives. */
function seams(): Record<string, unknown> {
  const prototype = NestApplicationContext.prototype as unknown as Record<string, unknown>;
  return {
    ...Object.fromEntries(SEAMS.map((name) => [name, prototype[name]])),
    listen: NestApplication.prototype.listen,
    hook: Tools.prototype.onModuleInit,
  };
}

const untouched = seams();
const apps: INestApplicationContext[] = [];

async function start(telemetry: InMemoryTelemetry, name: string): Promise<INestApplicationContext> {
  const app = await NestFactory.createApplicationContext(
    workshopWith(telemetry, { options: { service: { name } } }),
    quiet,
  );
  apps.push(app);
  return app;
}

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

describe('two applications in one process', () => {
  it('that start and end at the same time have each its own traces', async () => {
    const [first, second] = [lifecycleTelemetry(), lifecycleTelemetry()];
    await Promise.all([start(first, 'first'), start(second, 'second')]);
    expect(seams()).not.toEqual(untouched);
    for (const [telemetry, service] of [
      [first, 'first'],
      [second, 'second'],
    ] as const) {
      const spans = await telemetry.waitForTrace('app.bootstrap');
      expect(new Set(spans.map((span) => span.service))).toEqual(new Set([service]));
      expectTrace(spans, lifecycle('app.bootstrap', INJECTION, INIT, BOOTSTRAP));
      expect(telemetry.spans()).toHaveLength(spans.length);
    }
    await Promise.all(apps.splice(0).map((app) => app.close()));
    for (const telemetry of [first, second]) {
      const spans = await telemetry.waitForTrace('app.shutdown');
      expect(spans.filter(({ name }) => name.startsWith('Tools.on'))).toHaveLength(2);
    }
  });

  it('do not need each other', async () => {
    const [first, second] = [lifecycleTelemetry(), lifecycleTelemetry()];
    const early = await start(first, 'first');
    await start(second, 'second');
    await early.close();
    expect(seams()).not.toEqual(untouched);
    const third = lifecycleTelemetry();
    await start(third, 'third');
    expectTrace(
      await third.waitForTrace('app.bootstrap'),
      lifecycle('app.bootstrap', INJECTION, INIT, BOOTSTRAP),
    );
    for (const app of apps) await app.close();
    expect(seams()).toEqual(untouched);
  });

  it('may call each other while they start', async () => {
    const [first, second] = [lifecycleTelemetry(), lifecycleTelemetry()];
    const server = await startApp(workshopWith(first, { options: { service: { name: 'first' } } }));
    apps.push(server.app);
    @Injectable()
    class Caller {
      async onApplicationBootstrap(): Promise<void> {
        await (await fetch(`${server.url}/nowhere`)).text();
      }
    }
    const options = { service: { name: 'second' } };
    apps.push(
      await NestFactory.createApplicationContext(
        workshopWith(second, { options, module: { providers: [Caller] } }),
        quiet,
      ),
    );
    const request = await first.waitForTrace('GET');
    const bootstrap = await second.waitForTrace('app.bootstrap');
    expect(request[0]).toMatchObject({ traceId: bootstrap[0]?.traceId, parentIsRemote: true });
  });
});

describe('an application that imports OtelModule twice', () => {
  it('has one trace of its start', async () => {
    const telemetry = lifecycleTelemetry();
    const again = lifecycleTelemetry();
    const twice = workshopWith(telemetry, {
      module: { imports: [OtelModule.forRoot({ exporters: 'none', processors: [again] })] },
    });
    const app = await NestFactory.createApplicationContext(twice, quiet);
    const names = [...telemetry.spans(), ...again.spans()].map(({ name }) => name);
    expect(names.filter((name) => name === 'app.bootstrap')).toHaveLength(1);
    expect(names.filter((name) => name.startsWith('Otel'))).toEqual([]);
    await app.close();
    const roots = [...telemetry.spans(), ...again.spans()].map(({ name }) => name);
    expect(roots.filter((name) => name === 'app.shutdown')).toHaveLength(1);
  });
});

describe('an application without these traces', () => {
  it.each([[{ lifecycle: false }], [{ enabled: false }]])(
    'because of %o is not touched',
    async (options) => {
      const telemetry = lifecycleTelemetry();
      const { app } = await startApp(workshopWith(telemetry, { options }));
      expect(seams()).toEqual(untouched);
      await app.close();
      const lifecycles = telemetry.spans().filter(({ name }) => name.startsWith('app.'));
      expect(lifecycles).toEqual([]);
    },
  );

  it('because another SDK is in charge is not touched either', async () => {
    const theirs = lifecycleTelemetry();
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [theirs] }));
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    try {
      const { app } = await startApp(workshopWith(lifecycleTelemetry()));
      expect(seams()).toEqual(untouched);
      await app.close();
      expect(theirs.spans().map(({ name }) => name)).not.toContain('app.bootstrap');
    } finally {
      trace.disable();
      context.disable();
      propagation.disable();
    }
  });
});

describe('InMemoryTelemetry', () => {
  it('leaves the start and the end out, and keeps what others do for them', async () => {
    const telemetry = new InMemoryTelemetry();
    const server = await startApp(workshopWith(telemetry));
    apps.push(server.app);
    @Injectable()
    class Caller {
      async onModuleInit(): Promise<void> {
        await (await fetch(`${server.url}/nowhere`)).text();
      }
    }
    const other = lifecycleTelemetry();
    apps.push(
      await NestFactory.createApplicationContext(
        workshopWith(other, { module: { providers: [Caller] } }),
        quiet,
      ),
    );
    await telemetry.waitForTrace('GET');
    expect(telemetry.spans().map(({ name }) => name)).toEqual(['GET']);
    expect(telemetry.openSpans()).toEqual([]);
    expectTrace(
      (await other.waitForTrace('app.bootstrap')).filter(({ name }) => name !== 'GET'),
      lifecycle(
        'app.bootstrap',
        INJECTION,
        {
          ...INIT,
          children: [
            ...(INIT.children as readonly never[]),
            hook('Caller.onModuleInit', 'WorkshopModule'),
          ],
        },
        BOOTSTRAP,
      ),
    );
  });
});
