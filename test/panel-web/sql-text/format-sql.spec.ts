import { describe, expect, it } from 'vitest';
import { formatSql } from '../../../libs/panel-web/src/sql-text/format-sql.js';

const PAD = 'AND customer_country_of_residence = $9 AND customer_language = $8';

describe('formatSql', () => {
  it('leaves a short statement on its line', () => {
    expect(formatSql('SELECT *\n   FROM orders\n WHERE id = $1 ')).toBe(
      'SELECT * FROM orders WHERE id = $1',
    );
  });

  it('gives each clause a line, and each condition', () => {
    const text = `SELECT o.id, i.sku FROM orders o LEFT OUTER JOIN items i ON i.order_id = o.id WHERE o.state = $1 ${PAD} GROUP BY o.id ORDER BY o.id LIMIT 10`;
    expect(formatSql(text)).toBe(
      [
        'SELECT o.id, i.sku',
        'FROM orders o',
        'LEFT OUTER JOIN items i ON i.order_id = o.id',
        'WHERE o.state = $1',
        '  AND customer_country_of_residence = $9',
        '  AND customer_language = $8',
        'GROUP BY o.id',
        'ORDER BY o.id',
        'LIMIT 10',
      ].join('\n'),
    );
  });

  it('indents a query inside another', () => {
    const text = `SELECT * FROM orders WHERE id IN (SELECT order_id FROM items WHERE sku = $1) ${PAD}`;
    expect(formatSql(text).split('\n').slice(2, 7)).toEqual([
      'WHERE id IN (',
      '  SELECT order_id',
      '  FROM items',
      '  WHERE sku = $1',
      ')',
    ]);
  });

  it('does not take words of functions and of BETWEEN for clauses', () => {
    const text = `SELECT left(name, 3), extract(year FROM at) FROM t WHERE a BETWEEN 1 AND 2 AND b IS DISTINCT FROM c ${PAD}`;
    const lines = formatSql(text).split('\n');
    expect(lines[0]).toBe('SELECT left(name, 3), extract(year FROM at)');
    expect(lines).toContain('WHERE a BETWEEN 1 AND 2');
    expect(lines).toContain('  AND b IS DISTINCT FROM c');
  });

  it('wraps a long list after a comma', () => {
    const columns = Array.from({ length: 30 }, (_, index) => `"order"."column_${index}"`).join(
      ', ',
    );
    const lines = formatSql(`SELECT ${columns} FROM "order"`).split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(115);
    expect(lines.at(-1)).toBe('FROM "order"');
    expect(lines[1]).toMatch(/^ {2}"order"/);
  });

  it('keeps what follows a comment out of it', () => {
    expect(formatSql('SELECT 1 -- one\nFROM t')).toBe('SELECT 1 -- one\nFROM t');
  });

  it.each([
    `INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT (a) DO UPDATE SET b = excluded.b RETURNING a, b`,
    `WITH x AS (SELECT 1), y AS (SELECT 2) SELECT * FROM x, y WHERE 'a  b' = $1 -- end\nUNION ALL SELECT 3 FROM z`,
    `))) ((( SELECT FROM WHERE AND OR ) ${PAD} ${PAD}`,
  ])('changes nothing but white space: %s', (text) => {
    const bare = (sql: string) => sql.replace(/\s+/g, '');
    expect(bare(formatSql(text))).toBe(bare(text));
  });
});
