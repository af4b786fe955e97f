import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../../../../libs/nestrace/src/sinks/panel/sql/fingerprint.js';

function textOf(sql: string, system = 'postgresql'): string {
  return fingerprintOf(sql, system).text;
}

describe('fingerprintOf', () => {
  it.each([
    ['values', "SELECT * FROM t WHERE a = 'x' AND b = 5", 'SELECT * FROM t WHERE a = ? AND b = ?'],
    [
      'placeholders',
      'SELECT * FROM t WHERE a = $1 AND b = :b',
      'SELECT * FROM t WHERE a = ? AND b = ?',
    ],
    ['white space', 'SELECT  *\n  FROM\tt', 'SELECT * FROM t'],
    ['comments', '/* id 7 */ SELECT 1 -- x', 'SELECT ?'],
    ['lists', 'SELECT * FROM t WHERE id IN (1, 2, 3)', 'SELECT * FROM t WHERE id IN (…)'],
    ['lists with signs and casts', 'WHERE id IN ($1::uuid, -2)', 'WHERE id IN (…)'],
    ['lists of one', 'WHERE id IN ($1)', 'WHERE id IN (…)'],
    ['arrays', 'WHERE id = ANY(ARRAY[1, 2])', 'WHERE id = ANY(ARRAY[…])'],
    ['rows', 'INSERT INTO t (a, b) VALUES (1, 2), (3, 4)', 'INSERT INTO t (a, b) VALUES (?, ?)'],
    ['a semicolon at the end', 'SELECT 1;', 'SELECT ?'],
  ])('leaves out %s', (_, sql, expected) => {
    expect(textOf(sql)).toBe(expected);
  });

  it.each([
    ['a query in a list', 'WHERE id IN (SELECT a FROM b)', 'WHERE id IN (SELECT a FROM b)'],
    ['the position in an array', 'SELECT a[1] FROM t', 'SELECT a[?] FROM t'],
    ['arguments', 'SELECT coalesce($1, $2)', 'SELECT coalesce(?, ?)'],
    ['what follows the rows', 'VALUES (1), (2) RETURNING id', 'VALUES (?) RETURNING id'],
  ])('keeps %s', (_, sql, expected) => {
    expect(textOf(sql)).toBe(expected);
  });

  it('is the same for different values, letter case and spaces', () => {
    const { hash } = fingerprintOf("select * from T where a = 'x'", 'mysql');
    expect(fingerprintOf('SELECT *  FROM t WHERE a = 17', 'mysql').hash).toBe(hash);
    expect(fingerprintOf('SELECT * FROM u WHERE a = 17', 'mysql').hash).not.toBe(hash);
    expect(fingerprintOf('SELECT * FROM t WHERE a = 17', 'sqlite').hash).not.toBe(hash);
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
  });

  it('knows what only begins or ends a transaction', () => {
    const isControl = (sql: string): boolean => fingerprintOf(sql, 'postgresql').isControl;
    expect(['BEGIN', 'start transaction', 'COMMIT', 'SAVEPOINT a'].every(isControl)).toBe(true);
    expect(isControl('SELECT 1')).toBe(false);
  });

  it('judges a very long statement by its beginning', () => {
    const values = Array.from({ length: 100_000 }, (_, index) => index).join(', ');
    const { text } = fingerprintOf(`SELECT * FROM t WHERE id IN (${values})`, 'postgresql');
    expect(text.length).toBeLessThan(100);
    expect(text.endsWith('…')).toBe(true);
  });

  it.each(["SELECT '", 'IN (', 'VALUES (1), (', '((((', ')', 'ARRAY[1,', '', 'IN', '🙂'])(
    'makes something of %j',
    (sql) => {
      expect(typeof textOf(sql)).toBe('string');
    },
  );
});
