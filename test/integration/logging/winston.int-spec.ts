import { Controller, Get, Inject, Logger, Module, type DynamicModule } from '@nestjs/common';
import { WINSTON_MODULE_PROVIDER, WinstonModule } from 'nest-winston';
import { OtelModule, traceFields, TraceService } from 'nestrace';
import { InMemoryTelemetry } from 'nestrace/testing';
import { afterEach, describe, expect, it } from 'vitest';
import * as winston from 'winston';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { WrittenLines } from '../../support/written-lines.js';
import { linesOfTrace } from './newsroom.js';

@Controller()
class Garden {
  private readonly logger = new Logger(Garden.name);

  constructor(@Inject(WINSTON_MODULE_PROVIDER) private readonly injected: winston.Logger) {}

  @Get('roses')
  roses(): string {
    this.logger.log('the roses bloom');
    this.logger.error('greenfly', new Error('eaten').stack);
    this.injected.child({ bed: 7 }).info('past the logger of Nest', { colour: 'red' });
    return 'roses';
  }
}

function garden(telemetry: InMemoryTelemetry, transport: winston.transport): DynamicModule {
  @Module({})
  class GardenModule {}
  return {
    module: GardenModule,
    imports: [
      OtelModule.forRoot({ exporters: [], processors: [telemetry] }),
      WinstonModule.forRoot({ format: winston.format.json(), transports: [transport] }),
    ],
    controllers: [Garden],
  };
}

const telemetry = new InMemoryTelemetry();
let running: RunningApp | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
  telemetry.clear();
});

const transportTo = (stream: WrittenLines) => new winston.transports.Stream({ stream });

describe.each(ADAPTERS)('nest-winston on %s', (_name, createAdapter) => {
  it('writes the ids of the span, and is heard once', async () => {
    const [forNest, injected] = [new WrittenLines(), new WrittenLines()];
    running = await startApp(garden(telemetry, transportTo(injected)), createAdapter(), {
      logger: WinstonModule.createLogger({
        format: winston.format.json(),
        transports: [transportTo(forNest)],
      }),
    });
    await call(`${running.url}/roses`);
    const spans = await telemetry.waitForTrace();
    const handler = spans.find(({ name }) => name === 'Garden.roses');
    const ids = { trace_id: handler?.traceId, span_id: handler?.spanId, trace_flags: '01' };

    expect(forNest.lineWith('the roses bloom')).toEqual({
      level: 'info',
      message: 'the roses bloom',
      context: 'Garden',
      ...ids,
    });
    expect(forNest.lineWith('greenfly')).toMatchObject(ids);
    expect(injected.lineWith('past the logger of Nest')).toMatchObject({
      bed: 7,
      colour: 'red',
      ...ids,
    });
    expect(linesOfTrace(spans)).toEqual([
      'Garden.roses | log Garden: the roses bloom',
      'Garden.roses | error Garden: greenfly',
    ]);
    expect(handler?.events[1]?.attributes['exception.stacktrace']).toMatch(/^Error: eaten\n/);
  });
});

describe('winston', () => {
  it('is as it was when the application has closed', async () => {
    const lines = new WrittenLines();
    const logger = winston.createLogger({ transports: [transportTo(lines)] });
    running = await startApp(garden(telemetry, transportTo(new WrittenLines())), undefined, {
      logger: WinstonModule.createLogger({ instance: logger }),
    });
    expect(Object.hasOwn(logger, 'write')).toBe(true);
    await running.close();
    running = undefined;
    expect(Object.hasOwn(logger, 'write')).toBe(false);
  });

  it('writes a line again with the ids of where it is written again', async () => {
    const lines = new WrittenLines();
    const logger = winston.createLogger({
      format: winston.format.json(),
      transports: [transportTo(lines)],
    });
    running = await startApp(garden(telemetry, transportTo(new WrittenLines())), undefined, {
      logger: WinstonModule.createLogger({ instance: logger }),
    });
    const tracing = running.app.get(TraceService);
    const line = { level: 'info', message: 'the same', order: 1 };
    tracing.withSpan('first', () => logger.log(line));
    tracing.withSpan('second', () => logger.log(line));
    logger.log(line);
    const ids = [await telemetry.waitForSpan('first'), await telemetry.waitForSpan('second')];
    const said = lines.texts.filter((text) => text.includes('the same'));
    expect(said.map((text) => (JSON.parse(text) as { span_id?: string }).span_id)).toEqual([
      ...ids.map(({ spanId }) => spanId),
      undefined,
    ]);
  });

  it('of any other origin takes them from traceFields', async () => {
    const lines = new WrittenLines();
    const logger = winston.createLogger({
      format: winston.format.combine(
        winston.format((info) => Object.assign(info, traceFields()))(),
        winston.format.json(),
      ),
      transports: [transportTo(lines)],
    });
    running = await startApp(garden(telemetry, transportTo(new WrittenLines())));
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
});
