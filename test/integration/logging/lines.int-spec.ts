import {
  ConsoleLogger,
  Injectable,
  Logger,
  Module,
  type LoggerService,
  type OnModuleInit,
} from '@nestjs/common';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { TraceService, type OtelModuleOptions } from 'nestrace';
import { InMemoryTelemetry, type SpanView } from 'nestrace/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { CapturedOutput } from '../../support/captured-output.js';
import { call } from '../../support/client.js';
import { NewsroomModule } from './newsroom.js';

const telemetry = new InMemoryTelemetry();
let output: CapturedOutput;
let running: RunningApp | undefined;

beforeEach(() => {
  output = new CapturedOutput();
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  output.release();
  telemetry.clear();
});

async function start(
  logger: LoggerService,
  options: OtelModuleOptions = {},
  adapter = ADAPTERS[0]?.[1](),
): Promise<string> {
  running = await startApp(NewsroomModule.with(telemetry, options), adapter, { logger });
  output.clear();
  return running.url;
}

async function spanCalled(name: string): Promise<SpanView> {
  await telemetry.waitForTrace();
  return telemetry.waitForSpan(name);
}

const idsOf = ({ traceId, spanId }: SpanView): string => `trace_id=${traceId} span_id=${spanId}`;

describe.each(ADAPTERS)('lines of the ConsoleLogger on %s', (_name, createAdapter) => {
  it('end with the ids of their span', async () => {
    const url = await start(new ConsoleLogger({ colors: false }), {}, createAdapter());
    await call(`${url}/news/report`);
    const reporter = await spanCalled('Reporter.report');
    const guard = await spanCalled('PressGuard.canActivate');
    expect(output.lineWith('writing the weather')).toMatch(
      new RegExp(`LOG \\[Reporter\\] writing the weather ${idsOf(reporter)}$`),
    );
    expect(output.lineWith('a press card was shown')).toContain(idsOf(guard));
    expect(output.lines.at(-1)).toMatch(new RegExp(`\\} ${idsOf(reporter)}$`));
  });

  it('as JSON have fields for them', async () => {
    const url = await start(new ConsoleLogger({ json: true }), {}, createAdapter());
    await call(`${url}/news/report`);
    const reporter = await spanCalled('Reporter.report');
    expect(JSON.parse(output.lineWith('writing the weather'))).toEqual({
      level: 'log',
      pid: process.pid,
      timestamp: expect.any(Number) as number,
      message: 'writing the weather',
      context: 'Reporter',
      trace_id: reporter.traceId,
      span_id: reporter.spanId,
      trace_flags: '01',
    });
  });
});

describe('lines of the ConsoleLogger', () => {
  it('show the ids less bright than the message', async () => {
    const url = await start(new ConsoleLogger({ colors: true }));
    await call(`${url}/news/report`);
    const reporter = await spanCalled('Reporter.report');
    expect(output.lineWith('writing the weather')).toContain(
      ` \u001B[2m${idsOf(reporter)}\u001B[22m`,
    );
  });

  it.each(['json', 'text'])(
    'written outside of a span are what they were, byte for byte (%s)',
    async (form) => {
      const logger = (): ConsoleLogger =>
        Object.assign(new ConsoleLogger('Clock', { colors: false, json: form === 'json' }), {
          getTimestamp: () => 'now',
        });
      const { now } = Date;
      Date.now = () => 1_700_000_000_000;
      try {
        const say = (): void => {
          logger().log('tick', { at: 1n }, 'Clock');
          logger().error(new Error('tock').message, 'Error: tock\n    at clock.ts:1:1');
        };
        context.with(ROOT_CONTEXT, say);
        const without = output.lines;
        await start(new ConsoleLogger({ logLevels: ['fatal'] }));
        say();
        expect(output.lines).toEqual(without);
        expect(without.length).toBeGreaterThan(1);
      } finally {
        Date.now = now;
      }
    },
  );

  it('of subclasses have them as well', async () => {
    class Shouting extends ConsoleLogger {
      protected override formatMessage(
        ...args: Parameters<ConsoleLogger['formatMessage']>
      ): string {
        return super.formatMessage(...args).toUpperCase();
      }

      override log(message: string, ...rest: [string]): void {
        super.log(`${message}!`, ...rest);
      }
    }
    const url = await start(new Shouting({ colors: false }));
    await call(`${url}/news/report`);
    const reporter = await spanCalled('Reporter.report');
    expect(output.lineWith('WRITING THE WEATHER!')).toContain(idsOf(reporter).toUpperCase());
    expect(reporter.events.map(({ attributes }) => attributes['log.message'])).toEqual([
      'writing the weather',
      expect.stringContaining('out of coffee'),
    ]);
  });

  it('have none where they are turned off', async () => {
    const url = await start(new ConsoleLogger({ colors: false }), { logs: { ids: false } });
    await call(`${url}/news/report`);
    await spanCalled('Reporter.report');
    expect(output.lineWith('writing the weather')).toMatch(/writing the weather$/);
  });

  it('have them as fields alone, where that is asked for', async () => {
    const url = await start(new ConsoleLogger({ colors: false }), { logs: { ids: 'json' } });
    await call(`${url}/news/report`);
    await spanCalled('Reporter.report');
    expect(output.lineWith('writing the weather')).toMatch(/writing the weather$/);
    output.clear();
    const tracing = running?.app.get(TraceService) as TraceService;
    tracing.withSpan('json', () => {
      new ConsoleLogger({ json: true }).log('structured');
    });
    expect(JSON.parse(output.lineWith('structured'))).toHaveProperty('trace_id');
  });

  it('have those of traces that are not sampled, and say so', async () => {
    const options: OtelModuleOptions = { sampling: { strategy: 'never' } };
    const url = await start(new ConsoleLogger({ json: true }), options);
    const trace = '0af7651916cd43dd8448eb211c80319c';
    await call(`${url}/news/report`, {
      headers: { traceparent: `00-${trace}-b7ad6b7169203331-00` },
    });
    expect(JSON.parse(output.lineWith('writing the weather'))).toMatchObject({
      trace_id: trace,
      trace_flags: '00',
    });
  });

  it('of nestrace itself have none', async () => {
    const url = await start(new ConsoleLogger({ colors: false, json: true }));
    const tracing = running?.app.get(TraceService) as TraceService;
    tracing.withSpan('own', () => {
      new Logger('OtelModule').log('nestrace speaking');
    });
    expect(url).toBeDefined();
    expect(JSON.parse(output.lineWith('nestrace speaking'))).not.toHaveProperty('trace_id');
    expect((await spanCalled('own')).events).toEqual([]);
  });

  it('that Nest holds back keep the ids of where they were said, and are recorded once', async () => {
    const lifecycle = new InMemoryTelemetry({ lifecycle: true });
    running = await startApp(NewsroomModule.with(lifecycle), undefined, {
      bufferLogs: true,
      autoFlushLogs: false,
      logger: new ConsoleLogger({ colors: false }),
    });
    expect(output.lines.filter((line) => line.includes('the reporter is awake'))).toEqual([]);
    const hook = await lifecycle.waitForSpan('Reporter.onModuleInit');
    const tracing = running.app.get(TraceService);
    tracing.withSpan('elsewhere', () => {
      running?.app.flushLogs();
    });
    expect(output.lineWith('the reporter is awake')).toContain(idsOf(hook));
    expect(output.lineWith('NewsroomModule dependencies initialized')).not.toContain('trace_id');
    expect((await lifecycle.waitForSpan('elsewhere')).events).toEqual([]);
    expect(hook.events).toHaveLength(1);
  });

  it('of what a hook has left running do not name the trace of the start for ever', async () => {
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    let later: Promise<void> | undefined;
    @Injectable()
    class Clock implements OnModuleInit {
      private readonly logger = new Logger(Clock.name);

      onModuleInit(): void {
        this.logger.log('wound up');
        later = gate.then(() => {
          this.logger.log('struck');
        });
      }
    }
    @Module({ providers: [Clock] })
    class ClockModule {}
    running = await startApp(NewsroomModule.with(telemetry, {}, [ClockModule]), undefined, {
      logger: new ConsoleLogger({ colors: false }),
    });
    open();
    await later;
    expect(output.lineWith('wound up')).toContain('trace_id=');
    expect(output.lineWith('struck')).toMatch(/struck$/);
  });
});
