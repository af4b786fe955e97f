import {
  Controller,
  Get,
  Injectable,
  Module,
  NotFoundException,
  type DynamicModule,
  type INestApplicationContext,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Cron, Interval, ScheduleModule, SchedulerRegistry, Timeout } from '@nestjs/schedule';
import { trace } from '@opentelemetry/api';
import { NoTrace, Traced, TraceService, type OtelModuleOptions } from 'nestrace';
import { expectTrace, InMemoryTelemetry, type SpanExpectation } from 'nestrace/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from '../../../support/apps.js';
import { call } from '../../../support/client.js';
import { waitUntil } from '../../../support/wait-until.js';
import { provider, tracing } from './kitchen.js';

const telemetry = new InMemoryTelemetry();

/** What is still running at the end of a test. */
const running: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
  telemetry.clear();
});

@Injectable()
class Archive {
  async clean(): Promise<number> {
    await Promise.resolve();
    return 3;
  }
}

function moduleOf(jobs: Type, options?: OtelModuleOptions): DynamicModule {
  @Module({})
  class JobsModule {}
  return {
    module: JobsModule,
    imports: [tracing(telemetry, options), ScheduleModule.forRoot()],
    providers: [Archive, jobs],
  };
}

async function start(jobs: Type, options?: OtelModuleOptions): Promise<INestApplicationContext> {
  const app = await NestFactory.createApplicationContext(moduleOf(jobs, options), {
    logger: false,
    abortOnError: false,
  });
  running.push(app);
  return app;
}

function operation(
  name: string,
  attributes: SpanExpectation['attributes'],
  rest: Partial<SpanExpectation> = {},
): SpanExpectation {
  return {
    name,
    kind: 'INTERNAL',
    status: 'UNSET',
    links: 0,
    attributes: { 'nest.type': 'operation', 'code.function.name': name, ...attributes },
    ...rest,
  };
}

describe('a job', () => {
  it('of a timeout is a trace of its own', async () => {
    @Injectable()
    class Jobs {
      constructor(private readonly archive: Archive) {}

      @Timeout('warm up', 1)
      async warmUp(): Promise<void> {
        await this.archive.clean();
      }
    }
    await start(Jobs);
    expectTrace(
      await telemetry.waitForTrace(),
      operation(
        'Jobs.warmUp',
        {
          'nest.operation.trigger': 'timeout',
          'nest.operation.name': 'warm up',
          'nest.operation.schedule': '1 ms',
          'nest.module': 'JobsModule',
        },
        { children: [provider('Archive.clean')] },
      ),
    );
  });

  it('of an interval is another trace at every run', async () => {
    @Injectable()
    class Jobs {
      constructor(private readonly archive: Archive) {}

      @Interval(2)
      async clean(): Promise<void> {
        await this.archive.clean();
      }
    }
    await start(Jobs);
    const runs = () => telemetry.spans().filter(({ name }) => name === 'Jobs.clean');
    await waitUntil(() => runs().length >= 3, 'three runs');
    const roots = runs();
    expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(roots.length);
    expect(roots.map(({ parentSpanId }) => parentSpanId)).toEqual(roots.map(() => undefined));
    expectTrace(
      await telemetry.waitForTrace(),
      operation(
        'Jobs.clean',
        {
          'nest.operation.trigger': 'interval',
          'nest.operation.name': undefined,
          'nest.operation.schedule': '2 ms',
        },
        { children: [provider('Archive.clean')] },
      ),
    );
  });

  it('of a cron expression tells it', async () => {
    @Injectable()
    class Jobs {
      @Cron('* * * * * *', { name: 'every second' })
      tick(): void {}
    }
    await start(Jobs);
    expectTrace(
      await telemetry.waitForTrace('Jobs.tick', { timeoutMs: 5000 }),
      operation('Jobs.tick', {
        'nest.operation.trigger': 'cron',
        'nest.operation.name': 'every second',
        'nest.operation.schedule': '* * * * * *',
      }),
    );
  });

  it.each([
    ['an Error', () => new RangeError('the archive is full'), 'the archive is full'],
    ['an HttpException', () => new NotFoundException('no archive'), 'no archive'],
  ])('fails with what it throws, %s', async (_, error, message) => {
    const failure = error();
    @Injectable()
    class Jobs {
      @Timeout(1)
      async fail(): Promise<void> {
        await Promise.reject(failure);
      }
    }
    await start(Jobs);
    const type = failure.constructor.name;
    expectTrace(await telemetry.waitForTrace(), {
      ...operation('Jobs.fail', { 'error.type': type }),
      status: 'ERROR',
      statusMessage: message,
      exceptions: [type],
    });
  });
});

describe('whatever its timer was started in, a job is a root', () => {
  it('in a span that is still open', async () => {
    @Injectable()
    class Jobs {
      @Timeout(1)
      run(): void {}
    }
    // Another application has made the globals of OpenTelemetry by now.
    running.push(await NestFactory.createApplicationContext(tracing(telemetry), { logger: false }));
    await trace.getTracer('test').startActiveSpan('main', async (main) => {
      await start(Jobs);
      await waitUntil(() => telemetry.spans().length > 0, 'a run');
      main.end();
    });
    expectTrace(
      await telemetry.waitForTrace('Jobs.run'),
      operation('Jobs.run', { 'nest.operation.trigger': 'timeout' }),
    );
  });

  it('in the start of the application', async () => {
    const everything = new InMemoryTelemetry({ lifecycle: true });
    @Injectable()
    class Jobs {
      @Timeout(1)
      async run(): Promise<void> {}

      // The start goes on when the job is due.
      async onApplicationBootstrap(): Promise<void> {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    await start(Jobs, { processors: [everything] });
    const run = await everything.waitForSpan('Jobs.run');
    const bootstrap = await everything.waitForSpan('app.bootstrap');
    expect(run.parentSpanId).toBeUndefined();
    expect(run.traceId).not.toBe(bootstrap.traceId);
  });

  it('in the request that has restarted it', async () => {
    @Injectable()
    class Jobs {
      @Cron('* * * * * *', { name: 'ticker', disabled: true })
      tick(): void {}
    }
    @Controller()
    class AdminController {
      constructor(private readonly registry: SchedulerRegistry) {}

      @Get('start')
      start(): string {
        this.registry.getCronJob('ticker').start();
        return 'started';
      }
    }
    @Module({ imports: [moduleOf(Jobs), ScheduleModule.forRoot()], controllers: [AdminController] })
    class AdminModule {}
    const app = await startApp(AdminModule);
    running.push(app);
    await call(`${app.url}/start`);
    expectTrace(
      await telemetry.waitForTrace('Jobs.tick', { timeoutMs: 5000 }),
      operation('Jobs.tick', { 'nest.operation.trigger': 'cron' }),
    );
  });
});

describe('a job that somebody calls by hand', () => {
  @Injectable()
  class Jobs {
    constructor(private readonly archive: Archive) {}

    @Cron('0 0 1 1 *', { name: 'yearly' })
    async clean(): Promise<number> {
      return this.archive.clean();
    }
  }

  it('is a part of the trace it is called in', async () => {
    const app = await start(Jobs);
    const jobs = app.get(Jobs);
    await app.get(TraceService).withSpan('by hand', () => jobs.clean());
    expectTrace(await telemetry.waitForTrace(), {
      name: 'by hand',
      children: [
        {
          name: 'Jobs.clean',
          attributes: { 'nest.type': 'handler', 'nest.operation.trigger': undefined },
          children: [provider('Archive.clean')],
        },
      ],
    });
  });

  it('is a trace without a trigger outside of any', async () => {
    const app = await start(Jobs);
    expect(await app.get(Jobs).clean()).toBe(3);
    expectTrace(
      await telemetry.waitForTrace(),
      operation(
        'Jobs.clean',
        { 'nest.operation.trigger': undefined, 'nest.operation.name': 'yearly' },
        { children: [provider('Archive.clean')] },
      ),
    );
  });
});

describe('a job follows the options and decorators', () => {
  /** Runs a job to its end and gives what was recorded. */
  async function run(
    decorate: MethodDecorator,
    options?: OtelModuleOptions,
  ): Promise<readonly string[]> {
    let isDone = false;
    @Injectable()
    class Jobs {
      constructor(private readonly archive: Archive) {}

      @Timeout(1)
      @decorate
      async clean(): Promise<void> {
        for (let count = 0; count < 4; count++) await this.archive.clean();
        isDone = true;
      }
    }
    await start(Jobs, options);
    await waitUntil(() => isDone && telemetry.openSpans().length === 0, 'the job');
    return telemetry.spans().map(({ name }) => name);
  }
  const plain: MethodDecorator = () => {};
  const services = ['Archive.clean', 'Archive.clean', 'Archive.clean', 'Archive.clean'];

  it.each([
    ['everything', plain, undefined, [...services, 'Jobs.clean']],
    ['@Traced()', Traced('by hand'), undefined, [...services, 'by hand']],
    ['@NoTrace()', NoTrace(), undefined, []],
    ['autoTrace: false', plain, { autoTrace: false }, []],
    ['level: minimal', plain, { autoTrace: { level: 'minimal' } }, ['Jobs.clean']],
    ['exclude', plain, { autoTrace: { exclude: ['Jobs'] } }, []],
    ['never sampled', plain, { sampling: { strategy: 'never' } }, []],
    ['ratio 0', plain, { sampling: { strategy: 'ratio', ratio: 0 } }, []],
    ['minDurationMs', plain, { autoTrace: { minDurationMs: 60_000 } }, ['Jobs.clean']],
    ['foldAfter', plain, { autoTrace: { foldAfter: 1 } }, [...services.slice(1), 'Jobs.clean']],
  ] as const)('%s', async (_, decorate, options, names) => {
    expect(await run(decorate, options)).toEqual(names);
  });

  it('maxSpansPerTrace', async () => {
    expect(await run(plain, { autoTrace: { maxSpansPerTrace: 3 } })).toEqual([
      'Archive.clean',
      'Archive.clean',
      'Jobs.clean',
    ]);
    expect((await telemetry.waitForSpan('Jobs.clean')).attributes).toMatchObject({
      'nest.trace.omitted_spans': 2,
    });
  });
});

describe('several applications with the same job', () => {
  @Injectable()
  class Jobs {
    @Interval(2)
    run(): void {}
  }

  it('record it each for itself', async () => {
    const others = new InMemoryTelemetry();
    await start(Jobs, { service: { name: 'first' } });
    await start(Jobs, { service: { name: 'second' }, processors: [others] });
    await waitUntil(() => telemetry.spans().length > 1 && others.spans().length > 1, 'both');
    expect(new Set(telemetry.spans().map(({ service }) => service))).toEqual(new Set(['first']));
    expect(new Set(others.spans().map(({ service }) => service))).toEqual(new Set(['second']));
  });

  it('leave nothing behind when they are closed', async () => {
    const original = Object.getOwnPropertyDescriptor(Jobs.prototype, 'run');
    const first = await start(Jobs);
    const second = await start(Jobs);
    expect(Jobs.prototype.run).not.toBe(original?.value);
    await first.close();
    await second.close();
    running.length = 0;
    expect(Object.getOwnPropertyDescriptor(Jobs.prototype, 'run')).toEqual(original);
  });
});
