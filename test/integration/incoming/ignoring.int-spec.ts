import { Controller, Get, Injectable, Module, type DynamicModule } from '@nestjs/common';
import { NoTrace, OtelModule, Traced, type OtelModuleOptions } from 'nestrace';
import { expectTrace, InMemoryTelemetry } from 'nestrace/testing';
import { trace } from '@opentelemetry/api';
import { of, tap, type Observable } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp, type StartOptions } from '../../support/apps.js';
import { call } from '../../support/client.js';

@Injectable()
class Worker {
  @Traced()
  work(): string {
    return 'done';
  }

  @NoTrace()
  async secretly(): Promise<string> {
    await Promise.resolve();
    return this.work();
  }

  @NoTrace()
  secretStream(): Observable<string> {
    return of(1).pipe(tap(() => this.work())) as unknown as Observable<string>;
  }
}

@Controller()
class WorkController {
  constructor(private readonly worker: Worker) {}

  @Get(['health', 'health/db', 'healthy', 'work', 'internal/a', 'internal/b'])
  work(): string {
    return this.worker.work();
  }

  @Get('secretly')
  async secretly(): Promise<string> {
    await this.worker.secretly();
    return this.worker.work();
  }

  @Get('secret-stream')
  secretStream(): Observable<string> {
    return this.worker.secretStream();
  }

  @NoTrace()
  @Get('hidden')
  hidden(): string {
    return this.worker.work();
  }
}

@NoTrace()
@Controller('status')
class StatusController {
  constructor(private readonly worker: Worker) {}

  @Get()
  status(): unknown {
    return { work: this.worker.work(), traceId: trace.getActiveSpan()?.spanContext() };
  }
}

function workWith(telemetry: InMemoryTelemetry, options: OtelModuleOptions): DynamicModule {
  @Module({
    imports: [
      OtelModule.forRoot({
        exporters: 'none',
        autoTrace: false,
        processors: [telemetry],
        ...options,
      }),
    ],
    controllers: [WorkController, StatusController],
    providers: [Worker],
  })
  class WorkModule {}
  return { module: WorkModule };
}

describe.each(ADAPTERS)('requests that leave no trace on %s', (_name, createAdapter) => {
  const telemetry = new InMemoryTelemetry();
  let running: RunningApp;

  const start = async (options: OtelModuleOptions = {}, startOptions?: StartOptions) => {
    running = await startApp(workWith(telemetry, options), createAdapter(), startOptions);
  };
  afterEach(async () => {
    await running.close();
    telemetry.clear();
  });

  /** Calls each path, then tells the paths that left a trace. */
  const traced = async (...paths: string[]): Promise<unknown[]> => {
    for (const path of paths) {
      expect((await call(running.url + path)).status, path).toBe(200);
    }
    await call(`${running.url}/work?last`);
    await telemetry.waitForTrace((span) => span.attributes['url.query'] === 'last');
    return telemetry
      .spans()
      .filter((span) => span.kind === 'SERVER' && span.attributes['url.query'] !== 'last')
      .map((span) => span.attributes['url.path']);
  };

  it('ignores probes, but nothing that only looks like one', async () => {
    await start();
    expect(await traced('/health', '/health/db', '/healthy')).toEqual(['/healthy']);
    expect(telemetry.spans().filter((span) => span.name === 'Worker.work')).toHaveLength(2);
  });

  it('finds probes behind a global prefix', async () => {
    await start({}, { configure: (app) => app.setGlobalPrefix('api') });
    await call(`${running.url}/api/health`);
    await call(`${running.url}/api/healthy`);
    await telemetry.waitForTrace((span) => span.attributes['url.path'] === '/api/healthy');
    const paths = telemetry.spans().map((span) => span.attributes['url.path']);
    expect(paths).not.toContain('/api/health');
  });

  it('traces probes when it is told to', async () => {
    await start({ sampling: { ignoreProbes: false } });
    expect(await traced('/health')).toEqual(['/health']);
  });

  it('ignores by path, pattern, expression, method and question', async () => {
    await start({
      sampling: {
        ignore: [
          '/internal/*',
          /^\/healthy$/,
          { path: '/work', method: 'HEAD' },
          ({ path }) => path === '/secretly',
          () => {
            throw new Error('a rule that breaks');
          },
        ],
      },
    });
    expect(await traced('/internal/a', '/internal/b', '/healthy', '/secretly', '/hidden')).toEqual(
      [],
    );
    await call(`${running.url}/work`, { method: 'HEAD' });
    expect(await traced('/work')).toEqual(['/work']);
  });

  it('takes everything below along, even with a sampler that wants everything', async () => {
    await start({ sampling: { strategy: 'always', ignore: ['/internal/*'] } });
    await traced('/internal/a');
    expect(telemetry.spans().filter((span) => span.name === 'Worker.work')).toHaveLength(1);
  });

  it('leaves out what ran before them, too', async () => {
    await start(
      { autoTrace: true },
      {
        configure: (app) => {
          app.use(function gate(_request: unknown, _response: unknown, next: () => void) {
            next();
          });
        },
      },
    );
    expect(await traced('/hidden', '/status')).toEqual([]);
    const names = telemetry.spans().map(({ name }) => name);
    expect(names.filter((name) => name === 'gate')).toHaveLength(1);
    expect(telemetry.openSpans()).toEqual([]);
  });

  it('leaves out handlers and controllers with @NoTrace()', async () => {
    await start();
    expect(await traced('/hidden', '/status')).toEqual([]);
    expect(telemetry.spans().filter((span) => span.name === 'Worker.work')).toHaveLength(1);
  });

  it('keeps the trace ids for what is called from an untraced method', async () => {
    await start();
    const { text } = await call(`${running.url}/status`, {
      headers: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
    });
    expect(JSON.parse(text)).toMatchObject({ traceId: { traceId: 'a'.repeat(32), traceFlags: 0 } });
  });

  it('leaves out a method with @NoTrace() and what it calls, and goes on after it', async () => {
    await start();
    await call(`${running.url}/secretly`);
    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /secretly',
      children: [{ name: 'Worker.work' }],
    });
  });

  it('leaves out what an Observable of such a method does', async () => {
    await start();
    await call(`${running.url}/secret-stream`);
    expectTrace(await telemetry.waitForTrace(), { name: 'GET /secret-stream' });
  });
});
