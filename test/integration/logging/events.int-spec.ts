import { ConsoleLogger, Logger, type LoggerService } from '@nestjs/common';
import { TraceService } from 'nestrace';
import { expectTrace, InMemoryTelemetry } from 'nestrace/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { linesOf, linesOfTrace, NewsroomModule } from './newsroom.js';

const SILENT: LoggerService = { log() {}, error() {}, warn() {}, debug() {}, verbose() {} };

describe.each(ADAPTERS)('records of the Logger on %s', (_name, createAdapter) => {
  const telemetry = new InMemoryTelemetry();
  let running: RunningApp;
  let url: string;

  beforeAll(async () => {
    running = await startApp(NewsroomModule.with(telemetry), createAdapter(), { logger: SILENT });
    ({ url } = running);
  });
  afterAll(() => running.close());
  afterEach(() => {
    telemetry.clear();
  });

  it('are events of the spans they are written in, in the order of time', async () => {
    await call(`${url}/news/report`);
    const spans = await telemetry.waitForTrace();

    expectTrace(spans, {
      name: 'GET /news/report',
      status: 'UNSET',
      exceptions: [],
      children: [
        { name: 'doorman' },
        { name: 'PressGuard.canActivate', children: [] },
        { name: 'Newsroom.report', children: [{ name: 'Reporter.report' }] },
      ],
    });
    expect(linesOfTrace(spans)).toEqual([
      'doorman | log Doorman: somebody is at the door',
      'PressGuard.canActivate | log PressGuard: a press card was shown',
      'Reporter.report | log Reporter: writing the weather',
      'Reporter.report | warn Reporter: out of coffee { cups: 3, password: •••• }',
    ]);
  });

  it('are one event each, whichever way they are written', async () => {
    await call(`${url}/news/ways`);
    expect(linesOfTrace(await telemetry.waitForTrace())).toEqual([
      'Newsroom.ways | log Newsroom: through an instance',
      'Newsroom.ways | log Static: through the class',
      'Newsroom.ways | log -: without a context',
      'Newsroom.ways | log Printer: through a console logger',
    ]);
  });

  it('count from the level log on', async () => {
    await call(`${url}/news/levels`);
    expect(linesOfTrace(await telemetry.waitForTrace())).toEqual([
      'Newsroom.levels | log Newsroom: a log one',
      'Newsroom.levels | warn Newsroom: a warn one',
      'Newsroom.levels | error Newsroom: an error one',
      'Newsroom.levels | fatal Newsroom: a fatal one',
    ]);
  });

  it('say nothing about the status of a span', async () => {
    await call(`${url}/news/levels`);
    const spans = await telemetry.waitForTrace();
    expect(spans.map(({ status }) => status.code)).toEqual(['UNSET', 'UNSET']);
  });

  it('leave room for the exception, and say how many there was no room for', async () => {
    await call(`${url}/news/many`);
    const handler = (await telemetry.waitForTrace()).find(({ name }) => name === 'Newsroom.many');
    const lines = linesOf(handler);
    expect(lines).toHaveLength(49);
    expect(lines.slice(0, 2)).toEqual(['log Newsroom: line 0', 'log Newsroom: line 1']);
    expect(lines.at(-1)).toBe('error Newsroom: the last line');
    expect(handler?.attributes['nest.log.omitted']).toBe(152);
    expect(handler?.events.map(({ name }) => name).at(-1)).toBe('exception');
    expect(handler?.events.filter(({ name }) => name === 'exception')).toHaveLength(1);
  });

  it('of a filter are on the span of the filter', async () => {
    await call(`${url}/news/misprint`);
    const spans = await telemetry.waitForTrace();
    expect(linesOfTrace(spans)).toEqual([
      'MisprintFilter.catch | warn MisprintFilter: a misprint was answered',
    ]);
  });

  it('name the error they are about, and leave its stack to the exception', async () => {
    await call(`${url}/news/fail`);
    const spans = await telemetry.waitForTrace();
    const thrower = spans.find(({ name }) => name === 'Reporter.burn');
    const logged = spans.find(({ name }) => name === 'Reporter.fail');
    expect(thrower?.events.map(({ name }) => name)).toEqual(['exception']);
    expect(logged?.events.map(({ attributes }) => attributes)).toEqual([
      {
        'log.severity': 'error',
        'log.message': 'no report today',
        'nest.log.context': 'Reporter',
        'exception.type': 'RangeError',
        'exception.message': 'the paper burnt',
      },
    ]);
    expect(logged?.status.code).toBe('UNSET');
  });

  it("of Nest's own handler of exceptions are there, and the stack once", async () => {
    const { status } = await call(`${url}/news/fire`);
    expect(status).toBe(500);
    const spans = await telemetry.waitForTrace();
    const events = spans.flatMap((span) => span.events);
    expect(linesOfTrace(spans)).toEqual([
      expect.stringContaining('| error ExceptionsHandler: the paper burnt'),
    ]);
    const stacks = events.filter(({ attributes }) => 'exception.stacktrace' in attributes);
    expect(stacks.map(({ name }) => name)).toEqual(['exception']);
  });

  it('go out without the secrets in them', async () => {
    running.app.get(TraceService).withSpan('careless', () => {
      new Logger('Careless').warn('sent with Bearer abcdef0123456789', {
        headers: { cookie: 'sid=1', 'x-api-key': 'k' },
      });
    });
    expect(linesOf(await telemetry.waitForSpan('careless'))).toEqual([
      'warn Careless: sent with Bearer •••• { headers: { cookie: ••••, x-api-key: •••• } }',
    ]);
  });

  it('are none where nothing is said', async () => {
    await call(`${url}/news/quiet`);
    const spans = await telemetry.waitForTrace();
    expectTrace(spans, { name: 'GET /news/quiet', children: [{ name: 'Newsroom.quiet' }] });
    expect(spans.flatMap(({ events }) => events)).toEqual([]);
    expect(spans.some(({ attributes }) => 'nest.log.omitted' in attributes)).toBe(false);
  });
});

describe('the options of the logs', () => {
  const telemetry = new InMemoryTelemetry({ lifecycle: true });
  let running: RunningApp | undefined;

  afterEach(async () => {
    await running?.close();
    running = undefined;
    telemetry.clear();
  });

  async function linesWith(
    logs: Parameters<typeof NewsroomModule.with>[1],
    logger: LoggerService | false | ['error'] = SILENT,
    path = 'levels',
  ): Promise<readonly string[]> {
    running = await startApp(NewsroomModule.with(telemetry, logs), undefined, { logger });
    await call(`${running.url}/news/${path}`);
    return linesOfTrace(await telemetry.waitForTrace(`GET /news/${path}`));
  }

  it('set the level', async () => {
    expect(await linesWith({ logs: { level: 'error' } })).toEqual([
      'Newsroom.levels | error Newsroom: an error one',
      'Newsroom.levels | fatal Newsroom: a fatal one',
    ]);
  });

  it('take all levels', async () => {
    expect(await linesWith({ logs: { level: 'verbose' } })).toHaveLength(6);
  });

  it('turn the events off', async () => {
    expect(await linesWith({ logs: { events: false } })).toEqual([]);
  });

  it('turn all of it off', async () => {
    const methods = [Logger.prototype.log, Logger.log, ConsoleLogger.prototype.log];
    expect(await linesWith({ logs: false })).toEqual([]);
    expect([Logger.prototype.log, Logger.log, ConsoleLogger.prototype.log]).toEqual(methods);
  });

  it('set how many a span takes', async () => {
    const lines = await linesWith({ logs: { maxPerSpan: 4 } }, SILENT, 'many');
    expect(lines).toHaveLength(5 + 1);
    expect(lines[4]).toBe('Newsroom.many | error Newsroom: the last line');
    expect(lines[5]).toContain('ExceptionsHandler');
  });

  it('do not depend on what is printed', async () => {
    expect(await linesWith({}, ['error'])).toHaveLength(4);
  });

  it('do not depend on whether anything is printed', async () => {
    expect(await linesWith({}, false)).toHaveLength(4);
  });

  it('count for records of the start of the application as well', async () => {
    running = await startApp(NewsroomModule.with(telemetry), undefined, { logger: SILENT });
    const lines = linesOfTrace(await telemetry.waitForTrace('app.bootstrap'));
    expect(lines.filter((line) => line.includes('Reporter'))).toEqual([
      'Reporter.onModuleInit | log Reporter: the reporter is awake',
    ]);
    expect(lines.filter((line) => line.includes('OtelModule'))).toEqual([]);
  });
});

describe('the panel', () => {
  it('has the lines of a trace, each with its span', async () => {
    const telemetry = new InMemoryTelemetry();
    const running = await startApp(
      NewsroomModule.with(telemetry, { panel: { enabled: true } }),
      undefined,
      { logger: SILENT },
    );
    try {
      await call(`${running.url}/news/report`);
      const [span] = await telemetry.waitForTrace();
      const { text } = await call(`${running.url}/_otel/api/traces/${span?.traceId}/logs`);
      const { lines } = JSON.parse(text) as { lines: readonly Record<string, unknown>[] };
      expect(lines.map(({ spanName, level, message }) => [spanName, level, message])).toEqual([
        ['doorman', 'log', 'somebody is at the door'],
        ['PressGuard.canActivate', 'log', 'a press card was shown'],
        ['Reporter.report', 'log', 'writing the weather'],
        ['Reporter.report', 'warn', 'out of coffee { cups: 3, password: •••• }'],
      ]);
      expect(lines[3]?.['attributes']).toEqual([{ key: 'nest.log.context', value: 'Reporter' }]);
    } finally {
      await running.close();
    }
  });
});
