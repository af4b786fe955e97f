import { describe, expect, it } from 'vitest';
import {
  MYSQL,
  POSTGRESQL,
  SQLITE,
  type Dialect,
} from '../../../../libs/nestrace/src/core/sql/dialect.js';
import { maskLiterals } from '../../../../libs/nestrace/src/core/sql/mask-literals.js';
import { tokenize } from '../../../../libs/nestrace/src/core/sql/tokenize.js';
import { DIALECTS } from '../../support/dialects.js';
import { Random } from '../../support/random.js';

function mask(sql: string, dialect: Dialect = POSTGRESQL): string {
  return maskLiterals(sql, tokenize(sql, dialect));
}

describe('maskLiterals', () => {
  it.each<[sql: string, expected: string, dialect?: Dialect]>([
    ["SELECT * FROM users WHERE email = 'ann@example.org'", 'SELECT * FROM users WHERE email = ?'],
    ['SELECT * FROM t LIMIT 10 OFFSET 20', 'SELECT * FROM t LIMIT ? OFFSET ?'],
    ["SELECT 1, -2.5e3, 0xFF, x'ff'", 'SELECT ?, -?, ?, ?'],
    ["a IN ('x', 'y',3)", 'a IN (?, ?,?)'],
    ['a = TRUE AND b IS NOT false', 'a = ? AND b IS NOT ?'],
    ['a IS NULL', 'a IS NULL'],
    ["interval '1 day' + date '2020-01-01'", 'interval ? + date ?'],
    ['SELECT "a1", t2.c3 FROM t2', 'SELECT "a1", t2.c3 FROM t2'],
    ['SELECT "it""s" FROM `t`', 'SELECT "it""s" FROM `t`'],
    ['a = $1 AND b = ? AND c = :c AND d = @d', 'a = $1 AND b = ? AND c = :c AND d = @d'],
    ['$$body$$ $f$body$f$', '? ?'],
    ["a = 'x'::text", 'a = ?::text'],
    ['SELECT "a" FROM t WHERE b = "secret"', 'SELECT ? FROM t WHERE b = ?', MYSQL],
    [String.raw`a = 'it\'s' AND b = 'c'`, 'a = ? AND b = ?', MYSQL],
    ["tags && ARRAY[lower('secret'), 'b']", 'tags && ARRAY[lower(?), ?]'],
    ["SELECT [it's] FROM [t]", "SELECT [it's] FROM [t]", SQLITE],
  ])('masks %s', (sql, expected, dialect) => {
    expect(mask(sql, dialect)).toBe(expected);
  });

  it.each<[sql: string, expected: string, dialect?: Dialect]>([
    ['SELECT a -- for ann@example.org\nFROM t', 'SELECT a FROM t'],
    ['/* user=ann */ SELECT a', 'SELECT a'],
    ['SELECT/**/a', 'SELECT a'],
    ['SELECT a /* /* */ password is hunter2 */ FROM t', 'SELECT a FROM t'],
    ['SELECT a # for ann\nFROM t', 'SELECT a FROM t', MYSQL],
  ])('takes the comments out of %j', (sql, expected, dialect) => {
    expect(mask(sql, dialect)).toBe(expected);
  });

  it('keeps the lines of a statement', () => {
    expect(mask("  SELECT a\n  FROM t\n  WHERE b = 'c'\n")).toBe(
      'SELECT a\n  FROM t\n  WHERE b = ?',
    );
  });

  it.each([
    ["SELECT 'secret", 'SELECT ?'],
    ['SELECT "secret FROM t', 'SELECT ?'],
    ['SELECT $$secret', 'SELECT ?'],
    ['SELECT a /* secret', 'SELECT a'],
  ])('shows nothing of what is not closed: %s', (sql, expected) => {
    expect(mask(sql)).toBe(expected);
  });

  describe.each(DIALECTS)('of %s', (name, dialect) => {
    const secret = 'hunter2';
    /** Ways to write a secret that are literals or comments for this database. */
    const hidden = [
      `'${secret}'`,
      `'it''s ${secret}'`,
      `N'${secret}'`,
      `'-- ${secret}'`,
      `'/* ${secret}'`,
      `'"${secret}'`,
      `$$${secret}$$`,
      `$tag$ it's ${secret} $$ $tag$`,
      `-- ${secret}\n`,
      `-- it's ${secret}\n`,
      `/* ${secret} */`,
      `/* it's "${secret}" -- */`,
      `90817263`,
      `9.0817263e5`,
      `0x90817263`,
      `9_081_7263`,
      ...(dialect.backslashEscapes
        ? [
            String.raw`'\'${secret}'`,
            String.raw`"\"${secret}"`,
            `"${secret}"`,
            `# it's ${secret}\n`,
          ]
        : [String.raw`E'\'${secret}'`]),
      ...(dialect.nestedComments ? [`/* /* */ ${secret} */`] : []),
      ...(dialect.alternativeQuotes ? [`q'[it's ${secret}]'`, `Q'!${secret}!'`] : []),
    ];
    const shown = [
      'SELECT',
      'FROM',
      'authors2',
      '(',
      ')',
      ',',
      '=',
      '::',
      '||',
      '.',
      ';',
      '*',
      '-',
      '/',
      '?',
      '$1',
      ':name',
      '@p1',
      '`a b`',
      ...(name === 'MySQL' ? [] : ['"it\'s"', '"a b"']),
      ...(dialect.bracketedNames ? ["[it's]"] : ['[', ']']),
    ];
    const space = [' ', '  ', '\n', '\t', ' \n '];

    it('leaves no literal and no comment in random statements, and nothing else out', () => {
      const random = new Random(7);
      for (let round = 0; round < 2000; round++) {
        const visible: string[] = [];
        const pieces = random.listOf(random.between(1, 25), () => {
          if (random.next() < 0.5) return random.oneOf(hidden);
          const piece = random.oneOf(shown);
          visible.push(piece);
          return piece;
        });
        const sql = pieces.map((piece) => piece + random.oneOf(space)).join('');
        const masked = mask(sql, dialect);
        expect(masked, sql).not.toMatch(/hunter2|817263/);
        const words = masked.split(/\s+/).join('').replaceAll('?', '');
        expect(words, sql).toBe(visible.join('').replaceAll(/\s+/g, '').replaceAll('?', ''));
      }
    });

    it('finds nothing left to mask in what it has masked, however odd the text', () => {
      const random = new Random(11);
      const pieces = `'"\`[]$#-/*\\:@?.(),;=% \naeqN19é`.split('');
      for (let round = 0; round < 3000; round++) {
        const sql = random.listOf(random.between(0, 30), () => random.oneOf(pieces)).join('');
        const masked = mask(sql, dialect);
        expect(mask(masked, dialect), sql).toBe(masked);
      }
    });
  });
});
