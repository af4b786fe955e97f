import { context, ROOT_CONTEXT, trace, type HrTime } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseSystem } from '../../../../libs/nestrace/src/edges/typeorm/database-system.js';
import {
  recordStartup,
  startupQueries,
  type StartupQuery,
} from '../../../../libs/nestrace/src/edges/typeorm/startup-queries.js';
import { withLifecycle } from '../../../../libs/nestrace/src/pipeline/lifecycle-scope.js';
import { expectTrace } from '../../../../libs/nestrace/src/testing/expect-trace.js';
import { resolve } from '../../support/options.js';
import { startTracing, type Tracing } from '../../support/tracing.js';
import { dataSource, runner } from '../../support/typeorm-doubles.js';

const system = new DatabaseSystem(dataSource({ type: 'postgres', host: 'db', database: 'shop' }));
const settings = { ...resolve().typeorm, legacyNames: false, measures: false };

function time(seconds: number): HrTime {
  return [Math.floor(seconds), (seconds % 1) * 1e9];
}

/** A query that ran from one second to another. */
function query(text: string, from: number, to: number, error?: Error): StartupQuery {
  return {
    event: { queryRunner: runner(), query: text },
    statement: system.statements.read(text),
    system,
    start: time(from),
    end: time(to),
    outcome: { durationMs: (to - from) * 1000, ...(error === undefined ? { rows: 1 } : { error }) },
  };
}

describe('startupQueries', () => {
  it('collects until the telemetry is there', () => {
    const source = dataSource();
    expect(startupQueries.collects(source)).toBe(true);
    const tracing = startTracing();
    expect(startupQueries.collects(source)).toBe(false);
    tracing.stop();
  });

  it('collects while an application starts, even if there is telemetry of another', () => {
    const source = dataSource();
    const tracing = startTracing();
    const application = {};
    startupQueries.applicationStarts(application);
    expect(startupQueries.collects(source)).toBe(true);
    startupQueries.applicationStarted(application);
    expect(startupQueries.collects(source)).toBe(false);
    tracing.stop();
  });

  it('hands over what it has kept, once, and then collects no more', () => {
    const [source, other] = [dataSource(), dataSource()];
    const first = query('SELECT 1', 1, 2);
    startupQueries.keep(source, first);
    expect(startupQueries.settle(other)).toEqual([]);
    expect(startupQueries.settle(source)).toEqual([first]);
    expect(startupQueries.settle(source)).toEqual([]);
    expect(startupQueries.collects(source)).toBe(false);
  });

  it('keeps a thousand queries and not more', () => {
    const source = dataSource();
    const one = query('SELECT 1', 1, 2);
    for (let index = 0; index < 1100; index++) startupQueries.keep(source, one);
    expect(startupQueries.settle(source)).toHaveLength(1000);
  });
});

describe('recordStartup', () => {
  let tracing: Tracing;

  beforeEach(() => {
    tracing = startTracing();
  });
  afterEach(() => {
    tracing.stop();
  });

  it('makes one trace of all queries, at the times they ran', () => {
    recordStartup(
      [query('CREATE TABLE a (b int)', 100, 101), query('SELECT 1 FROM a', 101.5, 103)],
      tracing.telemetry,
      settings,
    );
    const spans = tracing.spans.spans();
    expectTrace(spans, {
      name: 'DataSource.initialize',
      kind: 'INTERNAL',
      attributes: {
        'nest.type': 'lifecycle',
        'db.system.name': 'postgresql',
        'db.namespace': 'shop',
        'server.address': 'db',
      },
      children: [
        { name: 'CREATE TABLE a', kind: 'CLIENT', attributes: { 'nest.type': 'db.query' } },
        { name: 'SELECT a', attributes: { 'db.response.returned_rows': 1 } },
      ],
    });
    expect(spans.map(({ name, startTime, durationMs }) => [name, startTime, durationMs])).toEqual([
      ['CREATE TABLE a', 100_000, 1000],
      ['SELECT a', 101_500, 1500],
      ['DataSource.initialize', 100_000, 3000],
    ]);
  });

  it('lasts from the first beginning to the last end, in whatever order queries ended', () => {
    recordStartup(
      [query('SELECT 2', 101, 102), query('SELECT 1', 100, 104), query('SELECT 3', 101.5, 103)],
      tracing.telemetry,
      settings,
    );
    const root = tracing.spans.spans().at(-1);
    expect(root).toMatchObject({ startTime: 100_000, durationMs: 4000 });
  });

  it('shows what failed', () => {
    recordStartup([query('SELECT 1', 1, 2, new RangeError('no'))], tracing.telemetry, settings);
    expectTrace(tracing.spans.spans(), {
      name: 'DataSource.initialize',
      status: 'UNSET',
      children: [{ name: 'SELECT', status: 'ERROR', attributes: { 'error.type': 'RangeError' } }],
    });
  });

  it('uses the old names on every span when asked to', () => {
    recordStartup([query('SELECT 1', 1, 2)], tracing.telemetry, {
      ...settings,
      legacyNames: true,
      measures: false,
    });
    const attributes = { 'db.system': 'postgresql', 'db.name': 'shop', 'net.peer.name': 'db' };
    expectTrace(tracing.spans.spans(), {
      name: 'DataSource.initialize',
      attributes,
      children: [{ name: 'SELECT', attributes: { ...attributes, 'db.statement': 'SELECT ?' } }],
    });
  });

  it('belongs to the start of the application where that had begun', () => {
    const root = tracing.tracer.startSpan('app.bootstrap', { startTime: time(99) }, ROOT_CONTEXT);
    const scope = {
      telemetry: tracing.telemetry,
      traceId: root.spanContext().traceId,
      isOver: false,
      contextAt: ([seconds]: HrTime) =>
        seconds < 99 ? undefined : trace.setSpan(ROOT_CONTEXT, root),
    };
    context.with(withLifecycle(ROOT_CONTEXT, scope), () => {
      recordStartup([query('SELECT 1', 100, 101)], tracing.telemetry, settings);
      recordStartup([query('SELECT 1', 98, 100)], tracing.telemetry, settings);
    });
    const [inside, before] = tracing.spans
      .spans()
      .filter(({ name }) => name === 'DataSource.initialize');
    expect(inside?.parentSpanId).toBe(root.spanContext().spanId);
    expect(before?.parentSpanId).toBeUndefined();
  });

  it('makes no trace of nothing', () => {
    recordStartup([], tracing.telemetry, settings);
    expect(tracing.spans.spans()).toEqual([]);
    expect(tracing.spans.openSpans()).toEqual([]);
  });
});
