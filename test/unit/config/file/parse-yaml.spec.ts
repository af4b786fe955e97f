import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../../libs/nestrace/src/config/file/parse-yaml.js';
import type { FileValue } from '../../../../libs/nestrace/src/config/schema/file-value.js';

function root(text: string): FileValue {
  const { root: value, problems: found } = parseYaml(text, 'otel.yaml', {});
  expect(found).toEqual([]);
  if (value === undefined) throw new Error('There is nothing in it.');
  return value;
}

/** Problems as they are shown, without the name of the file. */
function problems(text: string): string[] {
  const parsed = parseYaml(text, 'otel.yaml', {});
  expect(parsed.root).toBeUndefined();
  return parsed.problems.map(({ line, column, path, accepted }) =>
    `${line}:${column} ${path} ${accepted}`.replace('  ', ' '),
  );
}

describe('parseYaml', () => {
  it('keeps where every value stands', () => {
    const value = root('a:\n  b:\n    - x\n    - c: 5\n');
    const inner = value.entries?.get('a')?.entries?.get('b');
    expect(inner?.place).toEqual({ file: 'otel.yaml', line: 2, column: 3, path: 'a.b' });
    expect(inner?.items?.[0]?.place).toMatchObject({ line: 3, column: 7, path: 'a.b[0]' });
    expect(inner?.items?.[1]?.entries?.get('c')?.place).toMatchObject({
      line: 4,
      column: 7,
      path: 'a.b[1].c',
    });
    expect(value.value).toEqual({ a: { b: ['x', { c: 5 }] } });
  });

  it('reads YAML 1.2: no octals, no yes and no dates of old', () => {
    const text = 'a: 010\nb: yes\nc: 2026-01-01\nd: 0x1f\ne: ~\nf: on\n1: one\ntrue: two\n';
    expect(root(text).value).toEqual({
      a: 10,
      b: 'yes',
      c: '2026-01-01',
      d: 31,
      e: null,
      f: 'on',
      1: 'one',
      true: 'two',
    });
  });

  it('takes a mark at the beginning, Windows lines and JSON', () => {
    expect(root('\uFEFFa: 1\r\nb: 2\r\n').value).toEqual({ a: 1, b: 2 });
    expect(root('{ "a": [1, "b"] }').value).toEqual({ a: [1, 'b'] });
  });

  it.each(['', '# nothing\n', '---\n', '\n\n'])('has nothing to say about %j', (text) => {
    expect(parseYaml(text, 'otel.yaml', {}).problems).toEqual([]);
    expect(parseYaml(text, 'otel.yaml', {}).root?.value ?? null).toBeNull();
  });

  it('follows aliases, and joins what is merged; what is nearer wins', () => {
    const text = `
base: &base { a: 1, b: 2 }
more: &more { b: 3, c: 4 }
one: *base
two: { <<: *base, b: 5 }
three: { <<: [*more, *base] }
`;
    expect(root(text).value).toMatchObject({
      one: { a: 1, b: 2 },
      two: { a: 1, b: 5 },
      three: { a: 1, b: 3, c: 4 },
    });
    expect(root(text).entries?.get('two')?.entries?.has('<<')).toBe(false);
    expect(root('"<<": 1').value).toEqual({ '<<': 1 });
  });

  it('does not touch what every object has', () => {
    const value = root('__proto__: { polluted: true }\nconstructor: 5\n').value as object;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it.each([
    ['a: 1\n\tb: 2\n', /^2:1 no YAML: Tabs are not allowed/],
    ['a: 1\na: 2\n', /^2:1 no YAML: Map keys must be unique$/],
    ['a: [1\n', /^2:1 no YAML: /],
    ['a: "x\n', /^\d:\d no YAML: /],
    ['a: *nobody\n', /^1:1 a \*nobody stands for nothing above it$/],
    ['a: 1\n---\nb: 2\n', /^2:1 a second document begins here; a configuration is one$/],
    ['a: !secret x\n', /^1:4 no YAML: .*!secret/],
    ['? [a, b]\n: 1\n', /^1:\d no YAML: /],
    ['a: b: c\n', /^1:4 no YAML: Nested mappings/],
    ['a: [${A}, ${B}]\n', /a variable has to stand in quotes: "\$\{NAME\}"$/],
  ])('refuses %j with a place', (text, expected) => {
    expect(problems(text)[0]).toMatch(expected);
  });

  it('tells each broken line once, with what helps', () => {
    expect(problems('a: { b: x, c: ${A} }\n')).toEqual([
      expect.stringMatching(/^1:\d+ no YAML: .*a variable has to stand in quotes: "\$\{NAME\}"$/),
    ]);
    expect(problems('a: b: ${A}\n').join('')).not.toContain('in quotes');
  });

  it('does not print lines of the file, which may hold secrets', () => {
    const text = 'headers:\n  key: "hunter2\nother: hunter2: x\n';
    expect(problems(text).join('')).not.toContain('hunter2');
  });

  it('does not print defaults, which may be secrets', () => {
    expect(problems('a: ${my-key:-hunter2}')[0]).toMatch(/^1:1 a \$\{my-key:-…\} is no variable/);
  });

  it('lists the first ten errors of many', () => {
    expect(problems('a: b: c\n'.repeat(50)).length).toBeLessThanOrEqual(10);
  });

  it('is bounded: aliases of aliases, cycles and depth', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level++) {
      const ten = Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ');
      bomb.push(`a${level}: &a${level} [${ten}]`);
    }
    const limit = /a configuration has at most 20000 values/;
    expect(problems(bomb.join('\n'))).toEqual([expect.stringMatching(limit)]);
    expect(problems('a: &a\n  b: *a\n')).toEqual([expect.stringMatching(limit)]);
    expect(problems('a: &a [*a]\n')).toEqual([expect.stringMatching(limit)]);
    expect(problems(`a: ${'['.repeat(60)}${']'.repeat(60)}`)).toEqual([
      expect.stringMatching(limit),
    ]);
    expect(problems(`a: ${'['.repeat(20_000)}`).length).toBeGreaterThan(0);
  });
});
