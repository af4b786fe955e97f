import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../../libs/nestrace/src/config/file/parse-yaml.js';
import { substitute } from '../../../../libs/nestrace/src/config/file/substitute.js';

/** The variables, inputs and outcomes of the specification. */
const ENV = {
  STRING_VALUE: 'value',
  BOOL_VALUE: 'true',
  INT_VALUE: '1',
  FLOAT_VALUE: '1.1',
  HEX_VALUE: '0xdeadbeef',
  INVALID_MAP_VALUE: 'value\nkey:value',
  DO_NOT_REPLACE_ME: 'Never use this value',
  REPLACE_ME: '${DO_NOT_REPLACE_ME}',
  VALUE_WITH_ESCAPE: 'value$$',
};

function valueOf(text: string, env: Record<string, string> = ENV): unknown {
  const { root, problems } = parseYaml(text, 'otel.yaml', env);
  expect(problems).toEqual([]);
  return root?.value;
}

describe('variables in a file, by the table of the specification', () => {
  it.each([
    ['key: ${STRING_VALUE}', { key: 'value' }],
    ['key: ${BOOL_VALUE}', { key: true }],
    ['key: ${INT_VALUE}', { key: 1 }],
    ['key: ${FLOAT_VALUE}', { key: 1.1 }],
    ['key: ${HEX_VALUE}', { key: 3_735_928_559 }],
    ['key: "${STRING_VALUE}"', { key: 'value' }],
    ['key: "${BOOL_VALUE}"', { key: 'true' }],
    ['key: "${INT_VALUE}"', { key: '1' }],
    ['key: "${FLOAT_VALUE}"', { key: '1.1' }],
    ['key: "${HEX_VALUE}"', { key: '0xdeadbeef' }],
    ['key: ${env:STRING_VALUE}', { key: 'value' }],
    ['key: ${INVALID_MAP_VALUE}', { key: 'value\nkey:value' }],
    ['key: foo ${STRING_VALUE} ${FLOAT_VALUE}', { key: 'foo value 1.1' }],
    ['key: ${UNDEFINED_KEY}', { key: null }],
    ['key: ${UNDEFINED_KEY:-fallback}', { key: 'fallback' }],
    ['${STRING_VALUE}: value', { '${STRING_VALUE}': 'value' }],
    ['key: ${REPLACE_ME}', { key: '${DO_NOT_REPLACE_ME}' }],
    ['key: ${UNDEFINED_KEY:-${STRING_VALUE}}', { key: '${STRING_VALUE}' }],
    ['key: $${STRING_VALUE}', { key: '${STRING_VALUE}' }],
    ['key: $$${STRING_VALUE}', { key: '$value' }],
    ['key: $$$${STRING_VALUE}', { key: '$${STRING_VALUE}' }],
    ['key: $${STRING_VALUE:-fallback}', { key: '${STRING_VALUE:-fallback}' }],
    ['key: $${STRING_VALUE:-${STRING_VALUE}}', { key: '${STRING_VALUE:-value}' }],
    ['key: ${UNDEFINED_KEY:-$${UNDEFINED_KEY}}', { key: '${UNDEFINED_KEY:-${UNDEFINED_KEY}}' }],
    ['key: ${VALUE_WITH_ESCAPE}', { key: 'value$$' }],
    ['key: a $$ b', { key: 'a $ b' }],
    ['key: a $ b', { key: 'a $ b' }],
  ])('%s', (text, expected) => {
    expect(valueOf(text)).toEqual(expected);
  });

  it('reads the specification by its example of an escape', () => {
    const env = { FOO: 'a', BAR: 'b', BAZ: 'c' };
    expect(substitute('$${FOO} ${BAR} $${BAZ}', env)).toEqual({ text: '${FOO} b ${BAZ}' });
  });

  it.each([
    '${STRING_VALUE:?error}',
    '${1API_KEY}',
    '${API_$KEY}',
    '${STRING_VALUE?err}',
    '${}',
    '${ STRING_VALUE }',
    '${sys:home}',
    '${env:}',
    '${a-b}',
  ])('refuses %s, with its place and without any other value', (reference) => {
    const text = `first: \${STRING_VALUE}\nsecond:\n  - ${reference}\n`;
    const { root, problems } = parseYaml(text, 'otel.yaml', ENV);
    expect(root).toBeUndefined();
    expect(problems).toEqual([
      {
        file: 'otel.yaml',
        line: 3,
        column: 5,
        path: 'second[0]',
        shown: '',
        accepted:
          `${reference} is no variable: a variable is written ` +
          '${NAME} or ${NAME:-default}, a dollar sign $$',
      },
    ]);
  });
});

describe('variables in a file', () => {
  it.each([
    ['a map', 'a: b'],
    ['a list', '- a'],
    ['a flow map', '{ a: b }'],
    ['a comment', '# nothing'],
    ['a value and a comment', '5 # five'],
    ['an anchor', '&a b'],
    ['an alias', '*a'],
    ['a tag', '!!int 5'],
    ['a quoted text', '"5"'],
    ['two documents', 'a\n---\nb'],
    ['a merge', '<<: *a'],
    ['a block', '|\n  5'],
  ])('cannot make %s', (_what, value) => {
    expect(valueOf('key: ${X}\nnext: 1', { X: value })).toEqual({ key: value, next: 1 });
  });

  it.each([
    ['true', true],
    ['FALSE', false],
    ['null', null],
    ['~', null],
    ['0o17', 15],
    ['-1.5e3', -1500],
    ['.inf', Infinity],
    [' 7 ', 7],
    ['7up', '7up'],
    ['yes', 'yes'],
    ['0b1', '0b1'],
    ['1_000', '1_000'],
    ['2026-01-01', '2026-01-01'],
  ])('hold %j as %j, as if it was written there', (value, expected) => {
    expect(valueOf('key: ${X}', { X: value })).toEqual({ key: expected });
  });

  it('take the default of a variable that is empty, with colons and spaces', () => {
    expect(valueOf('key: ${X:-http://a:1/b c}', { X: '' })).toEqual({ key: 'http://a:1/b c' });
    expect(valueOf('key: ${X:-}', {})).toEqual({ key: null });
    expect(valueOf('key: ${X:-5}', {})).toEqual({ key: 5 });
    expect(valueOf('key: "${X}"', {})).toEqual({ key: '' });
  });

  it('stay text in quotes, in blocks and where a tag says so', () => {
    expect(valueOf("key: '${X}'", { X: '1' })).toEqual({ key: '1' });
    expect(valueOf('key: |\n  ${X}\n', { X: '1' })).toEqual({ key: '1\n' });
    expect(valueOf('key: >-\n  ${X}\n', { X: '1' })).toEqual({ key: '1' });
    expect(valueOf('key: !!str ${X}', { X: '1' })).toEqual({ key: '1' });
  });

  it('are filled in wherever an alias stands', () => {
    expect(valueOf('a: &a ${X}\nb: *a', { X: '1' })).toEqual({ a: 1, b: 1 });
  });

  it('are not looked for across lines', () => {
    expect(valueOf('key: |-\n  ${A\n  B}', {})).toEqual({ key: '${A\nB}' });
  });

  it('do not reach what every object has', () => {
    expect(valueOf('key: ${toString}\nother: ${__proto__:-5}', {})).toEqual({
      key: null,
      other: 5,
    });
  });
});
