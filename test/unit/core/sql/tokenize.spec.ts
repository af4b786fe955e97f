import { describe, expect, it } from 'vitest';
import {
  MYSQL,
  ORACLE,
  POSTGRESQL,
  SQL_SERVER,
  SQLITE,
  STANDARD,
  type Dialect,
} from '../../../../libs/nestrace/src/core/sql/dialect.js';
import { tokenize } from '../../../../libs/nestrace/src/core/sql/tokenize.js';
import { Random } from '../../support/random.js';
import { CountedText } from '../../support/counted-text.js';
import { DIALECTS } from '../../support/dialects.js';

/** Tokens as `type:text`, which is easy to read in a difference. */
function tokens(sql: string, dialect: Dialect = POSTGRESQL): readonly string[] {
  return tokenize(sql, dialect).map(({ type, text }) => `${type}:${text}`);
}

/** What stands between the tokens of a text. */
function whatIsLeft(sql: string, dialect: Dialect): readonly string[] {
  const gaps: string[] = [];
  let end = 0;
  for (const token of tokenize(sql, dialect)) {
    if (token.end <= token.start || token.start < end) throw new Error(`goes back in ${sql}`);
    gaps.push(sql.slice(end, token.start));
    ({ end } = token);
  }
  return [...gaps, sql.slice(end)];
}

describe('tokenize', () => {
  it('knows the place of every token', () => {
    expect(tokenize('SELECT  "a"', POSTGRESQL)).toEqual([
      { type: 'word', text: 'SELECT', start: 0, end: 6 },
      { type: 'name', text: 'a', start: 8, end: 11 },
    ]);
  });

  it.each<[what: string, sql: string, expected: readonly string[], dialect?: Dialect]>([
    ['nothing in an empty text', '', []],
    ['nothing in white space', ' \n\t ', []],
    ['words with digits in them', 'orders2 t_1', ['word:orders2', 'word:t_1']],
    ['words of other scripts', 'bücher 注文', ['word:bücher', 'word:注文']],
    ['a word with a dollar in it', 'v$session', ['word:v$session']],
    ['quoted names without their quotes', '"a b" `c`', ['name:a b', 'name:c']],
    ['a quote inside of a name', '"a""b"', ['name:a""b']],
    ['a name in brackets where they quote', '[a b] [1]', ['name:a b', 'name:1'], SQLITE],
    ['a closing bracket inside of a name', '[a]]b]', ['name:a]]b'], SQL_SERVER],
    [
      'brackets of an array as what they are',
      "ARRAY[x, 'a']",
      ['word:ARRAY', 'symbol:[', 'word:x', 'symbol:,', "string:'a'", 'symbol:]'],
    ],
    ['a string with a quote in it', "'it''s'", ["string:'it''s'"]],
    ['an empty string', "''", ["string:''"]],
    ['a backslash that ends a string', String.raw`'a\' b`, [String.raw`string:'a\'`, 'word:b']],
    ['a backslash that escapes', String.raw`'a\' b'`, [String.raw`string:'a\' b'`], MYSQL],
    [
      'a backslash that escapes in E',
      String.raw`E'a\' b' c`,
      [String.raw`string:E'a\' b'`, 'word:c'],
    ],
    ['a text in double quotes', '"a\\" b"', ['string:"a\\" b"'], MYSQL],
    ['strings with a prefix', "N'a' x'ff' b'01'", ["string:N'a'", "string:x'ff'", "string:b'01'"]],
    ['a word that only ends like a prefix', "date'2020'", ['word:date', "string:'2020'"]],
    ['a text in dollars', '$$it$s$$ x', ['string:$$it$s$$', 'word:x']],
    ['a text in tagged dollars', '$a$ $b$ $a$', ['string:$a$ $b$ $a$']],
    ['a tag of another script', "$ä$ it's $ä$", ["string:$ä$ it's $ä$"]],
    [
      'a tag longer than any name',
      `$${'t'.repeat(99)}$x$${'t'.repeat(99)}$`,
      [`string:$${'t'.repeat(99)}$x$${'t'.repeat(99)}$`],
    ],
    [
      'text in alternative quotes',
      "q'[it's]' Q'!a!'",
      ["string:q'[it's]'", "string:Q'!a!'"],
      ORACLE,
    ],
    ['a word before a string elsewhere', "q'[a]'", ['word:q', "string:'[a]'"], STANDARD],
    ['a lonely dollar', '$ a', ['symbol:$', 'word:a']],
    [
      'placeholders of every style',
      '? ?1 $1 :a :1 @p0',
      ['?', '?1', '$1', ':a', ':1', '@p0'].map((text) => `placeholder:${text}`),
    ],
    ['a cast', 'a::int', ['word:a', 'symbol::', 'symbol::', 'word:int']],
    ['a cast of a placeholder', '$1::int', ['placeholder:$1', 'symbol::', 'symbol::', 'word:int']],
    [
      'a slice of an array',
      'a[1:2]',
      ['word:a', 'symbol:[', 'number:1', 'symbol::', 'number:2', 'symbol:]'],
    ],
    ['a slice from the start', 'a[:2]', ['word:a', 'symbol:[', 'symbol::', 'number:2', 'symbol:]']],
    ['an assignment', '@a := 1', ['placeholder:@a', 'symbol::', 'symbol:=', 'number:1'], MYSQL],
    ['a variable of the server', '@@version', ['symbol:@', 'placeholder:@version'], MYSQL],
    [
      'numbers of every style',
      '1 1.5 .5 5. 1e10 1.5E-3 2e+7 0xFF 0b101 1_000',
      ['1', '1.5', '.5', '5.', '1e10', '1.5E-3', '2e+7', '0xFF', '0b101', '1_000'].map(
        (text) => `number:${text}`,
      ),
    ],
    ['a sum', '1+2 3-4', ['number:1', 'symbol:+', 'number:2', 'number:3', 'symbol:-', 'number:4']],
    ['a negative number', '-5', ['symbol:-', 'number:5']],
    ['a column of a table', 'a.b."c"', ['word:a', 'symbol:.', 'word:b', 'symbol:.', 'name:c']],
    ['no comment', 'a -- b\nc /* d */ e', ['word:a', 'word:c', 'word:e']],
    ['no comment at the end', 'a -- b', ['word:a']],
    ['no comment in a comment', 'a /* b /* c */ d */ e', ['word:a', 'word:e']],
    ['what follows the first end', 'a /* b /* c */ d', ['word:a', 'word:d'], SQLITE],
    ['a quote in a comment as comment', "a /* ' */ 'b'", ['word:a', "string:'b'"]],
    ['a comment in a string as string', "'/* a' -- b", ["string:'/* a'"]],
    ['no hash comment', 'a # b\nc', ['word:a', 'word:c'], MYSQL],
    ['a hash elsewhere', 'a #> b', ['word:a', 'symbol:#', 'symbol:>', 'word:b']],
    [
      'two minus signs without a space',
      '1--1',
      ['number:1', 'symbol:-', 'symbol:-', 'number:1'],
      MYSQL,
    ],
    ['no comment that is only begun', '--', [], MYSQL],
    ['an operator of JSON', 'a ?| b', ['word:a', 'placeholder:?', 'symbol:|', 'word:b']],
  ])('finds %s', (_what, sql, expected, dialect) => {
    expect(tokens(sql, dialect)).toEqual(expected);
  });

  it.each<[what: string, sql: string, dialect?: Dialect]>([
    ['string', "'abc"],
    ['string that ends with an escape', String.raw`'abc\'`, MYSQL],
    ['string whose last quote is doubled', "'abc''"],
    ['name', '"abc'],
    ['name whose last quote is doubled', '"abc""'],
    ['name in backticks', '`abc', MYSQL],
    ['name in brackets', '[abc', SQLITE],
    ['text in dollars', '$$abc'],
    ['text in tagged dollars', '$a$abc$b$'],
    ['alternative quote', "q'[abc", ORACLE],
    ['alternative quote without anything in it', "q'", ORACLE],
  ])('takes an unclosed %s for a string that reaches to the end', (_what, sql, dialect) => {
    expect(tokens(`x ${sql}`, dialect)).toEqual(['word:x', `string:${sql}`]);
  });

  it('leaves an unclosed comment out', () => {
    expect(tokens("a /* 'b'")).toEqual(['word:a']);
    expect(tokens("a /* /* 'b' */")).toEqual(['word:a']);
  });

  describe.each(DIALECTS)('of %s', (_name, dialect) => {
    it('never fails, never goes back and skips nothing but space and comments', () => {
      const random = new Random(4);
      const pieces = `'"\`[]$#-/*\\:@?.(),;=%| \n\tabeEqQxNn019_é注`.split('').concat('😀');
      for (let round = 0; round < 3000; round++) {
        const sql = random.listOf(random.between(0, 40), () => random.oneOf(pieces)).join('');
        const left = whatIsLeft(sql, dialect);
        expect(
          left.filter((gap) => !/^(?:\s|--|#|\/\*|$)/.test(gap)),
          sql,
        ).toEqual([]);
      }
    });

    it.each([
      "'",
      '"',
      '`',
      '[',
      ']',
      '(',
      ')',
      ',',
      ';',
      '\\',
      '?',
      ':',
      '@',
      '$',
      '#',
      '-',
      '/',
      '*',
      "''",
      "'a",
      '""',
      '$$',
      '$a',
      '$a$',
      '$a$$b$',
      '/*',
      '*/',
      '--',
      '-- ',
      '/* ',
      '[a',
      '[a]',
      "e'",
      "q'[",
      "q'",
      '0x',
      '1e+',
      '1.',
      '..',
      '_',
      '😀',
      'FROM a,',
      '(SELECT ',
      "\\'",
      ':a',
    ])('looks at a long text full of %j a limited number of times', (piece) => {
      const length = 10_000;
      const counted = new CountedText(piece.repeat(length / piece.length));
      tokenize(counted.text, dialect);
      expect(counted.looks).toBeLessThan(20 * length);
    });
  });
});
