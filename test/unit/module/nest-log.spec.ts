import { Logger, type LoggerService } from '@nestjs/common';
import { diag, DiagLogLevel, ROOT_CONTEXT } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createDiagLogger,
  diagLevelOf,
  NestLog,
} from '../../../libs/nestrace/src/module/nest-log.js';
import { ListLog } from '../support/list-log.js';
import { startTracing } from '../support/tracing.js';

describe('NestLog', () => {
  let lines: unknown[][];

  beforeEach(() => {
    lines = [];
    const keep =
      (level: string) =>
      (...line: unknown[]): void => {
        lines.push([level, ...line]);
      };
    const logger: LoggerService = { log: keep('log'), warn: keep('warn'), error: keep('error') };
    Logger.overrideLogger(logger);
  });
  afterEach(() => {
    Logger.overrideLogger(['log', 'warn', 'error']);
  });

  it("writes through Nest's logger, under its own name", () => {
    const log = new NestLog(false);
    log.info('information');
    log.warn('warning');
    log.error('failure');
    expect(lines).toEqual([
      ['log', 'information', 'OtelModule'],
      ['warn', 'warning', 'OtelModule'],
      ['error', 'failure', undefined, 'OtelModule'],
    ]);
  });

  it.each([
    [new Error('cause'), expect.stringMatching(/^Error: cause\n/)],
    [Object.assign(new Error('cause'), { stack: undefined }), 'cause'],
    ['text', 'text'],
    [5, '5'],
    [null, 'null'],
  ])('tells the detail of a failure: %s', (detail, expected) => {
    new NestLog(false).error('failure', detail);
    expect(lines).toEqual([['error', 'failure', expected, 'OtelModule']]);
  });

  it('tells what goes on inside only when it was asked to, and then where it is seen', () => {
    new NestLog(false).debug('inside');
    expect(lines).toEqual([]);
    new NestLog(true).debug('inside');
    expect(lines).toEqual([['log', 'inside', 'OtelModule']]);
  });
});

describe('diagLevelOf', () => {
  it.each([
    ['none', DiagLogLevel.NONE],
    ['error', DiagLogLevel.ERROR],
    ['warn', DiagLogLevel.WARN],
    ['info', DiagLogLevel.INFO],
    ['debug', DiagLogLevel.DEBUG],
    ['verbose', DiagLogLevel.VERBOSE],
    ['all', DiagLogLevel.ALL],
  ] as const)('knows %s', (level, expected) => {
    expect(diagLevelOf(level)).toBe(expected);
  });
});

describe('createDiagLogger', () => {
  let log: ListLog;

  beforeEach(() => {
    vi.useFakeTimers();
    log = new ListLog();
  });
  afterEach(() => {
    diag.disable();
    vi.useRealTimers();
  });

  it('brings every level to the log', () => {
    const logger = createDiagLogger(log);
    logger.error('a');
    logger.warn('b');
    logger.info('c');
    logger.debug('d');
    logger.verbose('e');
    expect(log.lines).toEqual([
      { level: 'error', message: 'a' },
      { level: 'warn', message: 'b' },
      { level: 'info', message: 'c' },
      { level: 'debug', message: 'd' },
      { level: 'debug', message: 'e' },
    ]);
  });

  it('passes the first detail of an error on', () => {
    const cause = new Error('cause');
    createDiagLogger(log).error('a', cause, 'more');
    expect(log.details).toEqual([cause]);
  });

  it('does not repeat a line within a minute', () => {
    const logger = createDiagLogger(log);
    for (let second = 0; second < 60; second++) {
      logger.warn('again');
      vi.advanceTimersByTime(1000);
    }
    expect(log.lines).toHaveLength(1);
    logger.warn('again');
    expect(log.lines).toHaveLength(2);
    logger.warn('another');
    expect(log.lines).toHaveLength(3);
  });

  it('takes lines that differ only in trace and span ids for the same', () => {
    const { tracer, stop } = startTracing();
    diag.setLogger(createDiagLogger(log), { logLevel: DiagLogLevel.ALL });
    log.lines.length = 0;
    for (let count = 0; count < 100; count++) {
      const span = tracer.startSpan('span', {}, ROOT_CONTEXT);
      span.end();
      span.setAttribute('late', true);
    }
    stop();
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('does not remember without bound', () => {
    const logger = createDiagLogger(log);
    for (let count = 0; count < 1000; count++) logger.warn(`line number ${count}`);
    logger.warn('line number 999');
    expect(log.lines).toHaveLength(1000);
    logger.warn('line number 0');
    expect(log.lines).toHaveLength(1001);
  });

  it('takes what is no text', () => {
    const logger = createDiagLogger(log);
    logger.warn(undefined as never);
    logger.warn(undefined as never);
    expect(log.lines).toHaveLength(1);
  });
});
