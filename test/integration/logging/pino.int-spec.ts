import {
  Controller,
  Get,
  Injectable,
  Logger,
  Module,
  RequestMethod,
  type DynamicModule,
} from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Logger as NestPino, LoggerModule, PinoLogger } from 'nestjs-pino';
import { OtelModule, traceFields, TraceService, type OtelModuleOptions } from 'nestrace';
import { InMemoryTelemetry } from 'nestrace/testing';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { waitUntil } from '../../support/wait-until.js';
import { WrittenLines } from '../../support/written-lines.js';
import { linesOfTrace } from './newsroom.js';

// nestjs-pino has one logger for all applications of a process.
const written = new WrittenLines();

@Injectable()
class Baker {
  private readonly logger = new Logger(Baker.name);

  constructor(private readonly pinoLogger: PinoLogger) {}

  async bake(): Promise<string> {
    this.logger.log('the dough rises');
    await new Promise((resolve) => setTimeout(resolve, 1));
    this.logger.warn({ degrees: 300, msg: 'too hot' });
    this.pinoLogger.info({ loaves: 3 }, 'past the logger of Nest');
    return 'bread';
  }
}

@Controller()
class Bakery {
  constructor(
    private readonly baker: Baker,
    private readonly injected: NestPino,
  ) {}

  @Get('bread')
  bread(): Promise<string> {
    this.injected.log('an order came in', 'Counter');
    return this.baker.bake();
  }
}

@Module({})
class BakeryModule {
  static with(telemetry: InMemoryTelemetry, options: OtelModuleOptions = {}): DynamicModule {
    return {
      module: BakeryModule,
      imports: [
        OtelModule.forRoot({ exporters: [], processors: [telemetry], ...options }),
        // On Fastify its own pattern matches no request of NestJS 12.
        LoggerModule.forRoot({
          pinoHttp: [{ level: 'info' }, written],
          forRoutes: [{ path: '*splat', method: RequestMethod.ALL }],
        }),
      ],
      controllers: [Bakery],
      providers: [Baker],
    };
  }
}

let running: RunningApp | undefined;
const telemetry = new InMemoryTelemetry();

afterEach(async () => {
  await running?.close();
  running = undefined;
  telemetry.clear();
  written.clear();
});

describe.each(ADAPTERS)('nestjs-pino on %s', (_name, createAdapter) => {
  it('writes the ids of the span, and is heard once', async () => {
    running = await startApp(BakeryModule.with(telemetry), createAdapter(), {
      bufferLogs: true,
      configure: (app) => {
        app.useLogger(app.get(NestPino));
      },
    });
    written.clear();
    await call(`${running.url}/bread`);
    const spans = await telemetry.waitForTrace();
    const server = spans.find(({ kind }) => kind === 'SERVER');
    const baker = spans.find(({ name }) => name === 'Baker.bake');
    const handler = spans.find(({ name }) => name === 'Bakery.bread');
    const ids = (span: typeof baker) => ({
      trace_id: span?.traceId,
      span_id: span?.spanId,
      trace_flags: '01',
    });

    expect(written.lineWith('the dough rises')).toMatchObject({ context: 'Baker', ...ids(baker) });
    expect(written.lineWith('too hot')).toMatchObject({ degrees: 300, ...ids(baker) });
    expect(written.lineWith('past the logger of Nest')).toMatchObject({ loaves: 3, ...ids(baker) });
    expect(written.lineWith('an order came in')).toMatchObject(ids(handler));
    await waitUntil(
      () => written.texts.some((line) => line.includes('request completed')),
      'the line of the request',
    );
    expect(written.lineWith('request completed')['trace_id']).toBe(server?.traceId);
    for (const line of written.texts) expect(line.match(/"trace_id":/g)).toHaveLength(1);

    expect(linesOfTrace(spans)).toEqual([
      'Bakery.bread | log Counter: an order came in',
      'Baker.bake | log Baker: the dough rises',
      "Baker.bake | warn Baker: { degrees: 300, msg: 'too hot' }",
      'Baker.bake | log -: past the logger of Nest { loaves: 3 }',
    ]);
  });
});

describe('pino', () => {
  it('writes no ids where they are turned off', async () => {
    running = await startApp(BakeryModule.with(telemetry, { logs: { ids: false } }), undefined, {
      configure: (app) => {
        app.useLogger(app.get(NestPino));
      },
    });
    await call(`${running.url}/bread`);
    await telemetry.waitForTrace();
    expect(written.lineWith('the dough rises')).not.toHaveProperty('trace_id');
  });

  it('writes ids where the application never made it the logger of Nest', async () => {
    running = await startApp(BakeryModule.with(telemetry));
    await call(`${running.url}/bread`);
    const spans = await telemetry.waitForTrace();
    const baker = spans.find(({ name }) => name === 'Baker.bake');
    expect(written.lineWith('past the logger of Nest')).toMatchObject({ span_id: baker?.spanId });
  });

  it('is as it was when the application has closed', async () => {
    const { info } = PinoLogger.prototype;
    running = await startApp(BakeryModule.with(telemetry));
    const tracing = running.app.get(TraceService);
    expect(PinoLogger.prototype.info).not.toBe(info);
    await running.close();
    running = undefined;
    expect(PinoLogger.prototype.info).toBe(info);
    tracing.withSpan('late', () => {
      PinoLogger.root.info('after the end');
    });
    expect(written.lineWith('after the end')).not.toHaveProperty('trace_id');
  });

  it('as the logger of Fastify writes the ids of the request', async () => {
    const lines = new WrittenLines();
    const adapter = new FastifyAdapter({ logger: { level: 'info', stream: lines } });
    running = await startApp(BakeryModule.with(telemetry), adapter);
    await call(`${running.url}/bread`);
    const server = (await telemetry.waitForTrace()).find(({ kind }) => kind === 'SERVER');
    await waitUntil(
      () => lines.texts.some((line) => line.includes('request completed')),
      'the line of the request',
    );
    expect(lines.lineWith('request completed')['trace_id']).toBe(server?.traceId);
  });

  it('of any other origin takes them from traceFields', async () => {
    const lines = new WrittenLines();
    const logger = pino({ mixin: traceFields }, lines);
    running = await startApp(BakeryModule.with(telemetry));
    running.app.get(TraceService).withSpan('by hand', () => {
      logger.info('inside');
    });
    logger.info('outside');
    const span = await telemetry.waitForSpan('by hand');
    expect(lines.lineWith('inside')).toMatchObject({
      trace_id: span.traceId,
      span_id: span.spanId,
    });
    expect(lines.lineWith('outside')).not.toHaveProperty('trace_id');
  });

  it('writes them once where both do it, and leaves a mixin of the application alone', async () => {
    const lines = new WrittenLines();
    const logger = pino({ mixin: () => ({ ...traceFields(), shop: 'corner' }) }, lines);
    const bound = logger.child({ trace_id: 'mine' });
    running = await startApp(BakeryModule.with(telemetry), undefined, {
      configure: (app) => {
        app.useLogger({ log() {}, error() {}, warn() {}, logger } as never);
      },
    });
    running.app.get(TraceService).withSpan('both', () => {
      logger.info('twice?');
      bound.info('bound');
    });
    const span = await telemetry.waitForSpan('both');
    expect(lines.lineWith('twice?')).toMatchObject({ shop: 'corner', trace_id: span.traceId });
    expect(lines.textWith('twice?').match(/"trace_id":/g)).toHaveLength(1);
    // The mixin of the application writes a second one; nestrace adds no third.
    expect(lines.textWith('bound').match(/"trace_id":/g)).toHaveLength(2);
  });
});
