import { createRequire } from 'node:module';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import { WinstonInstrumentation } from '@opentelemetry/instrumentation-winston';
import { TraceService } from 'nestrace';
import { InMemoryTelemetry } from 'nestrace/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../../support/apps.js';
import { WrittenLines } from '../../support/written-lines.js';
import { NewsroomModule } from './newsroom.js';

// They see what is required after them.
const instrumentations = [
  new PinoInstrumentation({ disableLogSending: true }),
  new WinstonInstrumentation({ disableLogSending: true }),
];
const require = createRequire(import.meta.url);
const { pino } = require('pino') as typeof import('pino');
const winston = require('winston') as typeof import('winston');

const telemetry = new InMemoryTelemetry();
let running: RunningApp;
let lines: WrittenLines;

beforeEach(() => {
  lines = new WrittenLines();
});
afterEach(async () => {
  await running.close();
  telemetry.clear();
});
afterAll(() => {
  for (const instrumentation of instrumentations) instrumentation.disable();
});

interface SomeLogger {
  info(line: string): unknown;
}

const loggers: readonly (readonly [string, () => SomeLogger])[] = [
  ['pino', () => pino(lines)],
  [
    'winston',
    () =>
      winston.createLogger({
        format: winston.format.json(),
        transports: [new winston.transports.Stream({ stream: lines })],
      }),
  ],
];

describe.each(loggers)('a logger of %s that OpenTelemetry instruments as well', (_name, create) => {
  it('writes the ids once', async () => {
    const logger = create();
    running = await startApp(NewsroomModule.with(telemetry, { logs: { ids: false } }), undefined, {
      logger: Object.assign({ log() {}, error() {}, warn() {} }, { logger }),
    });
    const tracing = running.app.get(TraceService);
    tracing.withSpan('theirs', () => {
      logger.info('by the instrumentation alone');
    });
    expect(lines.lineWith('by the instrumentation alone')).toHaveProperty('trace_id');
    await running.close();

    running = await startApp(NewsroomModule.with(telemetry), undefined, {
      logger: Object.assign({ log() {}, error() {}, warn() {} }, { logger }),
    });
    running.app.get(TraceService).withSpan('both', () => {
      logger.info('by both');
    });
    const { traceId, spanId } = await telemetry.waitForSpan('both');
    expect(lines.lineWith('by both')).toMatchObject({
      trace_id: traceId,
      span_id: spanId,
      trace_flags: '01',
    });
    for (const field of ['trace_id', 'span_id', 'trace_flags']) {
      expect(lines.textWith('by both').split(`"${field}":`)).toHaveLength(2);
    }
  });
});
