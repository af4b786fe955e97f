import { describe, expect, it } from 'vitest';
import { DatabaseSystem } from '../../../../libs/nestrace/src/edges/typeorm/database-system.js';
import {
  describeOutcome,
  queryAttributes,
  type QueryOutcome,
} from '../../../../libs/nestrace/src/edges/typeorm/query-attributes.js';
import type { QuerySettings } from '../../../../libs/nestrace/src/edges/typeorm/query-settings.js';
import type { SpanView } from '../../../../libs/nestrace/src/pipeline/exporters/console/span-view.js';
import { resolve } from '../../support/options.js';
import { startTracing } from '../../support/tracing.js';
import { dataSource, runner } from '../../support/typeorm-doubles.js';

const system = new DatabaseSystem(dataSource({ type: 'postgres' }));

function settings(typeorm: object = {}, legacyNames = false): QuerySettings {
  return { ...resolve({ typeorm }).typeorm, legacyNames, measures: false };
}

function attributes(query: string, parameters?: unknown, options = settings()): object {
  const event = { queryRunner: runner(), query, parameters };
  return queryAttributes(event, system.statements.read(query), system, options);
}

/** The span of a query that ended like this. */
function spanAfter(query: string, outcome: QueryOutcome, options = settings()): SpanView {
  const tracing = startTracing();
  const span = tracing.tracer.startSpan('query');
  describeOutcome(span, outcome, system.statements.read(query), system, options);
  span.end();
  tracing.stop();
  return tracing.spans.spans()[0] as SpanView;
}

describe('queryAttributes', () => {
  it('shows a statement with parameters as it stands, and no parameter', () => {
    expect(attributes(' SELECT * FROM t WHERE a = $1 LIMIT 1 ', ['hunter2'])).toEqual({
      'nest.type': 'db.query',
      'db.system.name': 'postgresql',
      'db.query.summary': 'SELECT t',
      'db.query.text': 'SELECT * FROM t WHERE a = $1 LIMIT 1',
    });
  });

  it.each([undefined, [], null])('masks a statement without parameters: %j', (parameters) => {
    expect(attributes("SELECT * FROM t WHERE a = 'hunter2' LIMIT 1", parameters)).toMatchObject({
      'db.query.text': 'SELECT * FROM t WHERE a = ? LIMIT ?',
    });
  });

  it('masks every statement of SQLite, where TypeORM puts numbers beside placeholders', () => {
    const sqlite = new DatabaseSystem(dataSource({ type: 'sqljs' }));
    const query = 'SELECT * FROM t WHERE a = ? AND salary = 4711';
    const event = { queryRunner: runner(), query, parameters: ['hunter2'] };
    const statement = sqlite.statements.read(query);
    expect(queryAttributes(event, statement, sqlite, settings())).toMatchObject({
      'db.query.text': 'SELECT * FROM t WHERE a = ? AND salary = ?',
    });
  });

  it('leaves the text out when told so, and keeps the summary', () => {
    const found = attributes('SELECT * FROM t', [], settings({ captureQueryText: false }, true));
    expect(found).toEqual({
      'nest.type': 'db.query',
      'db.system.name': 'postgresql',
      'db.system': 'postgresql',
      'db.query.summary': 'SELECT t',
      'db.operation': 'SELECT',
    });
  });

  it('has no summary for a text that says nothing', () => {
    expect(attributes(';')).not.toHaveProperty('db.query.summary');
  });

  it('adds the old names when asked to', () => {
    expect(attributes('SELECT 1 FROM t', undefined, settings({}, true))).toMatchObject({
      'db.query.text': 'SELECT ? FROM t',
      'db.statement': 'SELECT ? FROM t',
      'db.operation': 'SELECT',
      'db.system': 'postgresql',
    });
  });

  it('cuts a long text, with parameters or without', () => {
    const options = settings({ maxQueryTextLength: 20 });
    const sql = 'SELECT abc FROM a_long_name_of_a_table';
    const cut = { 'db.query.text': 'SELECT abc FROM a_l…' };
    expect(attributes(sql, [], options)).toMatchObject(cut);
    expect(attributes(sql, [1], options)).toMatchObject(cut);
    expect(attributes('SELECT abc FROM tabl', [1], options)).toMatchObject({
      'db.query.text': 'SELECT abc FROM tabl',
    });
  });

  it('shows the beginning of a bulk insert', () => {
    const sql = `INSERT INTO t VALUES ${'($1, $2), '.repeat(100_000)}`;
    const found = attributes(sql, ['hunter2']) as Record<string, string>;
    expect(found['db.query.text']).toHaveLength(4096);
    expect(found['db.query.summary']).toBe('INSERT t');
  });

  describe('with captureParameters', () => {
    const options = settings({ captureParameters: true });

    it('shows every parameter by its number', () => {
      const date = new Date(0);
      expect(
        attributes('SELECT $1', ['a', 2, true, null, undefined, 3n, date], options),
      ).toMatchObject({
        'db.query.parameter.0': 'a',
        'db.query.parameter.1': '2',
        'db.query.parameter.2': 'true',
        'db.query.parameter.3': 'null',
        'db.query.parameter.4': 'undefined',
        'db.query.parameter.5': '3',
        'db.query.parameter.6': String(date),
      });
    });

    it('stops after 32 of them', () => {
      const found = attributes(
        'SELECT',
        Array.from({ length: 100 }, () => 1),
        options,
      );
      expect(found).toHaveProperty(['db.query.parameter.31']);
      expect(found).not.toHaveProperty(['db.query.parameter.32']);
    });

    it('survives a value that cannot be printed', () => {
      const hostile = {
        toString: (): string => {
          throw new Error('no');
        },
      };
      expect(attributes('SELECT $1, $2', [hostile, 'a'], options)).toMatchObject({
        'db.query.parameter.0': '[unprintable]',
        'db.query.parameter.1': 'a',
      });
    });

    it('shows nothing where there are none', () => {
      expect(Object.keys(attributes('SELECT 1', undefined, options)).join()).not.toContain(
        'parameter',
      );
    });
  });
});

describe('describeOutcome', () => {
  it('says nothing of a fast query without rows', () => {
    const span = spanAfter('UPDATE t SET a = 1', { durationMs: 1, rows: 0 });
    expect(span.attributes).toEqual({});
    expect(span.status).toEqual({ code: 'UNSET' });
  });

  it.each([
    ['SELECT 1', 3, 3],
    ['SELECT 1', 0, 0],
    ['INSERT INTO t VALUES (1) RETURNING id', 1, 1],
    ['INSERT INTO t VALUES (1)', 0, undefined],
    ['SELECT 1', undefined, undefined],
  ])('tells of %s with %s rows that it returned %s', (query, rows, expected) => {
    const { attributes: found } = spanAfter(query, { durationMs: 1, rows });
    expect(found['db.response.returned_rows']).toBe(expected);
  });

  it.each([
    [99.9, undefined],
    [100, true],
    [5000, true],
  ])('flags a query of %s ms: %s', (durationMs, expected) => {
    const { attributes: found } = spanAfter('SELECT 1', { durationMs });
    expect(found['nest.db.slow']).toBe(expected);
  });

  it('flags every query when the limit is 0', () => {
    const span = spanAfter('SELECT 1', { durationMs: 0 }, settings({ slowQueryMs: 0 }));
    expect(span.attributes['nest.db.slow']).toBe(true);
  });

  it('takes the code of the database for the type of its error', () => {
    const error = Object.assign(new Error('duplicate key'), { code: '23505' });
    const span = spanAfter('SELECT 1', { durationMs: 1, error, rows: 3 });
    expect(span.attributes).toEqual({
      'db.response.status_code': '23505',
      'error.type': '23505',
    });
    expect(span.status).toEqual({ code: 'ERROR', message: 'duplicate key' });
    expect(span.events).toEqual([]);
  });

  it.each<[error: unknown, type: string]>([
    [Object.assign(new Error('gone'), { code: 'ECONNRESET', syscall: 'read' }), 'ECONNRESET'],
    [new RangeError('no'), 'RangeError'],
    [new Error('no'), 'Error'],
    ['no', 'string'],
    [null, 'object'],
  ])('names an error the database did not report: %s is %s', (error, type) => {
    const span = spanAfter('SELECT 1', { durationMs: 1, error });
    expect(span.attributes).toEqual({ 'error.type': type });
    expect(span.status.code).toBe('ERROR');
  });

  it('takes the values of parameters out of the message', () => {
    const error = new Error("Duplicate entry 'ann@example.org' for key 'email'");
    const parameters = ['Ann', 'ann@example.org'];
    const span = spanAfter('SELECT 1', { durationMs: 1, error, parameters });
    expect(span.status.message).toBe("Duplicate entry '?' for key 'email'");
  });
});
