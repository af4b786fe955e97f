import { describe, expect, it } from 'vitest';
import { tokenizeSql } from '../../../libs/panel-web/src/sql-text/tokenize-sql.js';

const kinds = (text: string) =>
  tokenizeSql(text)
    .filter(({ kind }) => kind !== 'space')
    .map(({ kind, text: part }) => `${kind}:${part}`);

describe('tokenizeSql', () => {
  it('tells words, names, values and parameters apart', () => {
    expect(kinds(`SELECT "o"."id", 1.5 FROM o WHERE a = $1 AND b = 'it''s'`)).toEqual([
      'keyword:SELECT',
      'name:"o"',
      'symbol:.',
      'name:"id"',
      'symbol:,',
      'number:1.5',
      'keyword:FROM',
      'name:o',
      'keyword:WHERE',
      'name:a',
      'symbol:=',
      'parameter:$1',
      'keyword:AND',
      'name:b',
      'symbol:=',
      "string:'it''s'",
    ]);
  });

  it('knows the parameters of other dialects, and no cast for one', () => {
    expect(kinds('? @p1 :name a::text')).toEqual([
      'parameter:?',
      'parameter:@p1',
      'parameter::name',
      'name:a',
      'symbol::',
      'symbol::',
      'name:text',
    ]);
  });

  it('keeps words in comments and strings out of it', () => {
    expect(kinds('-- select\n/* from */ $x$ where $x$ $$ set $$ `from`')).toEqual([
      'comment:-- select',
      'comment:/* from */',
      'string:$x$ where $x$',
      'string:$$ set $$',
      'name:`from`',
    ]);
  });

  it.each([
    "'never closed",
    '/* never closed',
    '$tag$ never closed',
    '"',
    '`',
    '\u0000 \u202e ☃ \ud83d',
    '',
    'ünïcode = 1',
  ])('loses nothing of %j', (text) => {
    expect(
      tokenizeSql(text)
        .map(({ text: part }) => part)
        .join(''),
    ).toBe(text);
  });

  it.each(["'", '"', '`', '/* ', '$tag$ ', '$$ '])('takes %j without an end as one', (start) => {
    expect(tokenizeSql(`${start}select `.padEnd(1000, 'select '))).toHaveLength(1);
  });
});
