import {
  ConsoleLogger,
  Controller,
  Get,
  Injectable,
  Logger,
  Module,
  type LoggerService,
  type Type,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { OtelModule, TraceService } from 'nestrace';
import { expectTrace, InMemoryTelemetry } from 'nestrace/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startApp, type RunningApp } from '../../support/apps.js';
import { CapturedOutput } from '../../support/captured-output.js';
import { call } from '../../support/client.js';
import { linesOfTrace, NewsroomModule } from './newsroom.js';

/** Everything of Nest's loggers that is replaced while tracing is on. */
function methods(): readonly unknown[] {
  const holders: readonly (readonly [object, readonly string[]])[] = [
    [Logger.prototype, ['verbose', 'debug', 'log', 'warn', 'error', 'fatal']],
    [Logger, ['verbose', 'debug', 'log', 'warn', 'error', 'fatal', 'flush', 'overrideLogger']],
    [
      ConsoleLogger.prototype,
      ['verbose', 'debug', 'log', 'warn', 'error', 'fatal', 'formatMessage', 'getJsonLogObject'],
    ],
  ];
  return holders.flatMap(([holder, names]) =>
    names.map((name) => Object.getOwnPropertyDescriptor(holder, name)?.value as unknown),
  );
}

const untouched = methods();
const running: RunningApp[] = [];

afterEach(async () => {
  for (const { close } of running.splice(0)) await close();
  if (methods().some((method, at) => method !== untouched[at])) {
    throw new Error('Something of ours was left behind in the loggers of Nest.');
  }
});

async function start(...parameters: Parameters<typeof startApp>): Promise<RunningApp> {
  const app = await startApp(...parameters);
  running.push(app);
  return app;
}

/** A logger that has nothing of Nest's, as applications write them. */
@Injectable()
class Ledger implements LoggerService {
  readonly entries: string[] = [];

  log(message: string, context?: string): void {
    this.entries.push(`log ${context}: ${message}`);
  }

  error(message: string, stack?: string, context?: string): void {
    this.entries.push(`error ${context}: ${message}`);
    if (stack !== undefined) this.log('with a stack', 'Ledger');
  }

  warn(message: string): void {
    this.entries.push(`warn ${message}`);
  }
}

function appThatInjects(telemetry: InMemoryTelemetry, logger: Type<LoggerService>): Type {
  @Controller()
  class Pages {
    private readonly nest = new Logger(Pages.name);

    constructor(private readonly own: Ledger) {}

    @Get('both')
    both(): string {
      this.nest.log('through Nest');
      this.own.log('directly', 'Own');
      this.own.error('it broke', 'Error: it broke\n    at pages.ts:1:1', 'Own');
      return 'both';
    }
  }

  @Module({
    imports: [OtelModule.forRoot({ exporters: [], processors: [telemetry] })],
    controllers: [Pages],
    providers: [{ provide: Ledger, useClass: logger }],
  })
  class PagesModule {}
  return PagesModule;
}

describe('loggers of the application', () => {
  it('are heard through Nest and when they are called directly', async () => {
    const telemetry = new InMemoryTelemetry();
    const { app, url } = await start(appThatInjects(telemetry, Ledger), undefined, {
      bufferLogs: true,
    });
    const ledger = app.get(Ledger);
    app.useLogger(ledger);
    ledger.entries.length = 0;
    await call(`${url}/both`);

    const spans = await telemetry.waitForTrace();
    expectTrace(spans, { name: 'GET /both', children: [{ name: 'Pages.both' }] });
    expect(linesOfTrace(spans)).toEqual([
      'Pages.both | log Pages: through Nest',
      'Pages.both | log Own: directly',
      'Pages.both | error Own: it broke',
    ]);
    expect(ledger.entries).toEqual([
      'log Pages: through Nest',
      'log Own: directly',
      'error Own: it broke',
      'log Ledger: with a stack',
    ]);
  });

  it('are given back as they were', async () => {
    const { log, error, warn } = Ledger.prototype;
    const telemetry = new InMemoryTelemetry();
    const { app, close } = await start(appThatInjects(telemetry, Ledger));
    app.useLogger(app.get(Ledger));
    expect(Ledger.prototype.log).not.toBe(log);
    expect(Ledger.prototype.log.name).toBe('log');
    await close();
    running.length = 0;
    expect([Ledger.prototype.log, Ledger.prototype.error, Ledger.prototype.warn]).toEqual([
      log,
      error,
      warn,
    ]);
  });

  it('may be mocks, and stay mocks', async () => {
    const telemetry = new InMemoryTelemetry();
    const mock = () => vi.fn<(...said: unknown[]) => void>();
    const logger = { log: mock(), error: mock(), warn: mock(), debug: mock() };
    const { url } = await start(NewsroomModule.with(telemetry), undefined, { logger });
    logger.log.mockClear();
    await call(`${url}/news/report`);
    expect(linesOfTrace(await telemetry.waitForTrace())).toHaveLength(4);
    expect(logger.log).toHaveBeenCalledTimes(3);
    expect(logger.log).toHaveBeenLastCalledWith('writing the weather', 'Reporter');
    expect(logger.warn).toHaveBeenCalledTimes(1);
  });

  it('may be spied on from before the start', async () => {
    const spy = vi.spyOn(Logger.prototype, 'log').mockImplementation(() => {});
    try {
      const telemetry = new InMemoryTelemetry();
      const { url, close } = await start(NewsroomModule.with(telemetry));
      await call(`${url}/news/levels`);
      expect(linesOfTrace(await telemetry.waitForTrace())).toHaveLength(4);
      expect(spy).toHaveBeenCalledWith('a log one');
      expect(Logger.prototype.log).toHaveBeenCalledWith('a log one');
      await close();
      running.length = 0;
    } finally {
      spy.mockRestore();
    }
  });

  it('may be frozen', async () => {
    const telemetry = new InMemoryTelemetry();
    const lines: unknown[] = [];
    const logger = Object.freeze({
      log: (line: unknown) => lines.push(line),
      error() {},
      warn() {},
    });
    const { url } = await start(NewsroomModule.with(telemetry), undefined, { logger });
    await call(`${url}/news/levels`);
    expect(linesOfTrace(await telemetry.waitForTrace())).toHaveLength(4);
    expect(lines).toContain('a log one');
  });

  it('may throw: the request fails as it did, the record is there', async () => {
    const telemetry = new InMemoryTelemetry();
    const logger: LoggerService = {
      log(line: unknown) {
        if (line === 'a log one') throw new RangeError('the disk is full');
      },
      error() {},
      warn() {},
    };
    const { url } = await start(NewsroomModule.with(telemetry), undefined, { logger });
    expect((await call(`${url}/news/levels`)).status).toBe(500);
    const lines = linesOfTrace(await telemetry.waitForTrace());
    expect(lines[0]).toBe('Newsroom.levels | log Newsroom: a log one');
    expect((await call(`${url}/news/ways`)).status).toBe(200);
    expect(linesOfTrace(await telemetry.waitForTrace('GET /news/ways'))).toHaveLength(4);
  });

  it('set in a testing module are heard', async () => {
    const telemetry = new InMemoryTelemetry();
    const ledger = new Ledger();
    const testing = await Test.createTestingModule({ imports: [NewsroomModule.with(telemetry)] })
      .setLogger(ledger)
      .compile();
    const app = testing.createNestApplication();
    await app.listen(0, '127.0.0.1');
    running.push({ app, url: await app.getUrl(), close: () => app.close() });
    await call(`${await app.getUrl()}/news/report`);
    expect(linesOfTrace(await telemetry.waitForTrace())).toHaveLength(4);
    expect(ledger.entries).toContain('log Reporter: writing the weather');
  });

  it('that make a message only when it is wanted still do', async () => {
    const telemetry = new InMemoryTelemetry();
    const output = new CapturedOutput();
    try {
      const { app } = await start(
        NewsroomModule.with(telemetry, { logs: { level: 'debug' } }),
        undefined,
        {
          logger: new ConsoleLogger({ colors: false, logLevels: ['log'] }),
        },
      );
      const made = vi.fn<() => string>(() => 'made late');
      const logger = new Logger('Lazy');
      app.get(TraceService).withSpan('lazy', () => {
        logger.log(made);
        logger.debug(made);
      });
      expect(made).toHaveBeenCalledTimes(1);
      expect(output.lineWith('made late')).toContain('[Lazy]');
      const span = await telemetry.waitForSpan('lazy');
      expect(linesOfTrace([span])).toEqual(['lazy | log Lazy: made late']);
    } finally {
      output.release();
    }
  });

  it('gives functions to a logger that has its own way with them', async () => {
    const printed: unknown[] = [];
    const log = (message: unknown): void => {
      if (typeof message === 'function') printed.push(message.name, message('given'));
    };
    const quiet = (): void => {};
    const { app } = await start(NewsroomModule.with(new InMemoryTelemetry()), undefined, {
      logger: { log, warn: quiet, error: quiet },
    });
    app.get(TraceService).withSpan('own way', () => {
      new Logger('Own').log(function headline(text: string) {
        return `${text} back`;
      });
    });
    expect(printed).toEqual(['headline', 'given back']);
  });
});

describe('two applications in a process', () => {
  it('record by their own options, and one by one let go', async () => {
    const [first, second] = [new InMemoryTelemetry(), new InMemoryTelemetry()];
    const loud = await start(NewsroomModule.with(first, { logs: { level: 'verbose' } }));
    const quiet = await start(NewsroomModule.with(second, { logs: { level: 'error' } }));
    await Promise.all([call(`${loud.url}/news/levels`), call(`${quiet.url}/news/levels`)]);
    expect(linesOfTrace(await first.waitForTrace())).toHaveLength(6);
    expect(linesOfTrace(await second.waitForTrace())).toHaveLength(2);

    await quiet.close();
    first.clear();
    await call(`${loud.url}/news/levels`);
    expect(linesOfTrace(await first.waitForTrace())).toHaveLength(6);
    expect(methods()).not.toEqual(untouched);
  });

  it('leave alone what is said in the one that has no logs', async () => {
    const [first, second] = [new InMemoryTelemetry(), new InMemoryTelemetry()];
    const loud = await start(NewsroomModule.with(first));
    const silent = await start(NewsroomModule.with(second, { logs: false }));
    await Promise.all([call(`${loud.url}/news/levels`), call(`${silent.url}/news/levels`)]);
    expect(linesOfTrace(await first.waitForTrace())).toHaveLength(4);
    expect(linesOfTrace(await second.waitForTrace())).toEqual([]);
  });
});
