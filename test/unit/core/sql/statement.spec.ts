import { describe, expect, it } from 'vitest';
import { MYSQL, POSTGRESQL, SQLITE } from '../../../../libs/nestrace/src/core/sql/dialect.js';
import {
  StatementReader,
  type Statement,
} from '../../../../libs/nestrace/src/core/sql/statement.js';

function read(sql: string, dialect = POSTGRESQL): Statement {
  return new StatementReader(dialect).read(sql);
}

describe('StatementReader', () => {
  it('says what a statement does and shows it without its literals', () => {
    expect(read("SELECT * FROM users WHERE email = 'ann@example.org'")).toEqual({
      summary: 'SELECT users',
      masked: 'SELECT * FROM users WHERE email = ?',
      control: undefined,
      returnsRows: true,
    });
  });

  it('reads by the rules of its database', () => {
    expect(read('SELECT "a" FROM t', POSTGRESQL).masked).toBe('SELECT "a" FROM t');
    expect(read('SELECT "a" FROM t', MYSQL).masked).toBe('SELECT ? FROM t');
  });

  it.each([
    'START TRANSACTION',
    'start transaction',
    'START TRANSACTION READ ONLY',
    'BEGIN',
    'BEGIN;',
    'BEGIN TRANSACTION',
    'BEGIN IMMEDIATE',
    'BEGIN ISOLATION LEVEL SERIALIZABLE',
    ' /* a */ BEGIN',
    'BEGIN; SET LOCAL lock_timeout = 1',
  ])('knows %j as the begin of a transaction', (sql) => {
    expect(read(sql).control).toBe('begin');
  });

  it.each(['COMMIT', 'commit;', 'COMMIT WORK', 'COMMIT TRANSACTION'])(
    'knows %j as its commit',
    (sql) => {
      expect(read(sql).control).toBe('commit');
    },
  );

  it.each(['ROLLBACK', 'rollback;', 'ROLLBACK WORK', 'ROLLBACK TRANSACTION'])(
    'knows %j as its rollback',
    (sql) => {
      expect(read(sql).control).toBe('rollback');
    },
  );

  it.each([
    'SAVEPOINT a',
    'RELEASE SAVEPOINT a',
    'ROLLBACK TO a',
    'ROLLBACK TO SAVEPOINT a',
    'ROLLBACK TRANSACTION TO SAVEPOINT a',
    'ROLLBACK WORK TO a',
    'START SLAVE',
    'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE',
    'SELECT begin',
    "SELECT 'COMMIT'",
    '',
  ])('knows %j as neither', (sql) => {
    expect(read(sql).control).toBeUndefined();
  });

  it.each([
    'BEGIN; UPDATE a SET b = 1; COMMIT;',
    'BEGIN; UPDATE a SET b = 1; ROLLBACK',
    'BEGIN ship_orders(1); END;',
    'BEGIN UPDATE a SET b = 1; COMMIT; END;',
    'CREATE TRIGGER a AFTER INSERT ON b BEGIN UPDATE c SET d = 1; END',
  ])('does not see an open transaction behind %j', (sql) => {
    expect(read(sql).control).toBeUndefined();
  });

  it.each([
    'SELECT 1',
    'with a as (select 1) select 2',
    'SHOW TABLES',
    'EXPLAIN SELECT 1',
    'VALUES (1)',
    '(SELECT 1) UNION (SELECT 2)',
    'PRAGMA table_info(a)',
    '/* a */ SELECT 1',
    'TABLE a',
  ])('expects rows from %j', (sql) => {
    expect(read(sql).returnsRows).toBe(true);
  });

  it.each(['INSERT INTO a VALUES (1)', 'UPDATE a SET b = 1', 'DELETE FROM a', 'COMMIT', ''])(
    'expects none from %j',
    (sql) => {
      expect(read(sql).returnsRows).toBe(false);
    },
  );

  it('remembers what it has read', () => {
    const reader = new StatementReader(SQLITE);
    expect(reader.read('SELECT 1')).toBe(reader.read('SELECT 1'));
  });

  it('forgets the oldest of very many statements', () => {
    const reader = new StatementReader(SQLITE);
    const first = reader.read('SELECT 0');
    for (let index = 1; index <= 1000; index++) reader.read(`SELECT ${index} FROM t${index}`);
    expect(reader.read('SELECT 0')).not.toBe(first);
    expect(reader.read('SELECT 0')).toEqual(first);
  });

  it('reads of a very long statement only the beginning, and does not remember it', () => {
    const reader = new StatementReader(POSTGRESQL);
    const values = Array.from({ length: 60_000 }, (_, index) => `(${index}, 'hunter2')`).join(', ');
    const sql = `INSERT INTO orders VALUES ${values}`;
    expect(sql.length).toBeGreaterThan(1_000_000);
    const statement = reader.read(sql);
    expect(statement.summary).toBe('INSERT orders');
    expect(statement.masked.length).toBeLessThan(10_000);
    expect(statement.masked).not.toContain('hunter2');
    expect(reader.read(sql)).not.toBe(statement);
  });

  it('masks the literal a very long statement is cut in', () => {
    const sql = `INSERT INTO notes VALUES ('${'hunter2 '.repeat(200_000)}')`;
    expect(read(sql).masked).toBe('INSERT INTO notes VALUES (?…');
  });
});
