import { describe, expect, it } from 'vitest';
import {
  boolean,
  integer,
  oneOf,
  REFUSED,
  text,
} from '../../../../libs/nestrace/src/config/schema/kind.js';
import {
  feature,
  group,
  option,
  type Environment,
} from '../../../../libs/nestrace/src/config/schema/node.js';
import { Report } from '../../../../libs/nestrace/src/config/schema/report.js';
import {
  FieldsResolver,
  type EnvironmentValues,
} from '../../../../libs/nestrace/src/config/schema/resolve-fields.js';

const size = { size: option(integer(0), { env: ['SIZE', 'OLD_SIZE'], fallback: 7 }) };

function run<S>(
  schema: S,
  input: unknown,
  env: Environment = {},
  known?: EnvironmentValues,
  path?: string,
) {
  const report = new Report();
  const fields = new FieldsResolver(env, report, known).fields(schema, input, path);
  return { fields, report };
}

describe('FieldsResolver', () => {
  it('prefers code over the environment over the default', () => {
    expect(run(size, { size: 1 }, { SIZE: '2' }).fields.size).toBe(1);
    expect(run(size, {}, { SIZE: '2' }).fields.size).toBe(2);
    expect(run(size, {}, {}).fields.size).toBe(7);
  });

  it('says where each value came from', () => {
    expect(run(size, { size: 1 }, { SIZE: '2' }).report.origins.get('size')).toEqual({
      source: 'code',
    });
    expect(run(size, {}, { SIZE: '2' }).report.origins.get('size')).toEqual({
      source: 'env',
      variable: 'SIZE',
    });
    expect(run(size, {}, {}).report.origins.get('size')).toEqual({ source: 'default' });
  });

  it('asks the variables in their order', () => {
    expect(run(size, {}, { OLD_SIZE: '3', SIZE: '2' }).fields.size).toBe(2);
    expect(run(size, {}, { OLD_SIZE: '3' }).report.origins.get('size')).toEqual({
      source: 'env',
      variable: 'OLD_SIZE',
    });
  });

  it.each(['', '   ', undefined])('takes %j for an unset variable', (value) => {
    const { fields, report } = run(size, {}, { SIZE: value });
    expect(fields.size).toBe(7);
    expect(report.warnings).toEqual([]);
  });

  it('ignores blanks around a variable', () => {
    expect(run(size, {}, { SIZE: ' 2\n' }).fields.size).toBe(2);
  });

  it('warns about a bad variable by name and goes on to the next source', () => {
    const next = run(size, {}, { SIZE: 'big', OLD_SIZE: '3' });
    expect(next.fields.size).toBe(3);
    expect(next.report.warnings).toHaveLength(1);
    expect(next.report.warnings[0]).toMatch(/^SIZE='big' is ignored.*a whole number of at least 0/);
    const none = run(size, {}, { SIZE: 'big', OLD_SIZE: '-3' });
    expect(none.fields.size).toBe(7);
    expect(none.report.warnings).toHaveLength(2);
    expect(none.report.problems).toEqual([]);
  });

  it('does not look at the environment when code gives a value', () => {
    expect(run(size, { size: 0 }, { SIZE: 'big' }).report.warnings).toEqual([]);
  });

  it('keeps falsy values given in code', () => {
    const schema = {
      count: option(integer(0), { env: 'COUNT', fallback: 5 }),
      flag: option(boolean, { env: 'FLAG', fallback: true }),
    };
    const { fields } = run(schema, { count: 0, flag: false }, { COUNT: '9', FLAG: 'true' });
    expect(fields).toEqual({ count: 0, flag: false });
  });

  it('takes undefined for not given', () => {
    expect(run(size, { size: undefined }, { SIZE: '2' }).fields.size).toBe(2);
  });

  it('reports a bad value in code and still fills the option', () => {
    const { fields, report } = run(size, { size: null }, { SIZE: '2' });
    expect(report.problems).toEqual([
      { path: 'size', shown: 'null', accepted: 'a whole number of at least 0' },
    ]);
    expect(fields.size).toBe(2);
  });

  it('reads a variable with its own rule', () => {
    const answers: Record<string, number | typeof REFUSED> = { bad: REFUSED };
    const parse = (value: string, env: Environment) =>
      value === 'times' ? Number(env['FACTOR']) : answers[value];
    const schema = {
      size: option(integer(0), {
        env: [{ name: 'SIZE', accepted: 'a recipe', parse }, 'OLD_SIZE'],
        fallback: 7,
      }),
    };
    expect(run(schema, {}, { SIZE: 'times', FACTOR: '4' }).fields.size).toBe(4);
    expect(run(schema, {}, { SIZE: 'none', OLD_SIZE: '3' }).fields.size).toBe(3);
    expect(run(schema, {}, { SIZE: 'none' }).report.warnings).toEqual([]);
    expect(run(schema, {}, { SIZE: 'bad' }).report.warnings[0]).toContain('It accepts: a recipe.');
  });

  it('says what the option accepts when a rule does not say it better', () => {
    const schema = {
      size: option(integer(0), {
        env: [{ name: 'SIZE', parse: (): typeof REFUSED => REFUSED }],
        fallback: 7,
      }),
    };
    expect(run(schema, {}, { SIZE: 'x' }).report.warnings[0]).toContain('a whole number');
  });

  it('derives a default from options that were resolved before', () => {
    const schema = {
      stage: option(text, { fallback: 'test' }),
      inner: group({
        label: option(text, { fallback: (lookup) => `at ${String(lookup('stage'))}` }),
        double: option(text, {
          fallback: (lookup) => `${String(lookup('inner.label'))}, ${String(lookup('nothing'))}`,
        }),
      }),
    };
    expect(run(schema, { stage: 'home' }).fields.inner).toEqual({
      label: 'at home',
      double: 'at home, undefined',
    });
  });

  it('resolves groups with their path', () => {
    const schema = { outer: group({ inner: group(size) }) };
    const { fields, report } = run(schema, { outer: { inner: { size: 'x' } } });
    expect(report.problems[0]?.path).toBe('outer.inner.size');
    expect(fields.outer.inner.size).toBe(7);
    expect(report.origins.has('outer')).toBe(false);
  });

  it('puts the path it is given in front', () => {
    expect(run(size, { size: 'x' }, {}, undefined, 'list[2]').report.problems[0]?.path).toBe(
      'list[2].size',
    );
  });

  it.each([true, false, 0, '', 'text', null, []])('refuses %j in place of a group', (value) => {
    const { fields, report } = run({ outer: group(size) }, { outer: value });
    expect(report.problems).toEqual([
      { path: 'outer', shown: expect.any(String), accepted: 'an object of options' },
    ]);
    expect(fields.outer.size).toBe(7);
  });

  it('refuses options that are no object at all', () => {
    expect(run(size, 5).report.problems[0]).toEqual({
      path: 'options',
      shown: '5',
      accepted: 'an object of options',
    });
  });

  describe('with a feature', () => {
    const schema = {
      cache: feature({ ...size, mode: option(oneOf('a', 'b'), { fallback: 'a' }) }),
    };

    it.each([
      [undefined, { enabled: true, size: 7, mode: 'a' }, 'default'],
      [true, { enabled: true, size: 7, mode: 'a' }, 'code'],
      [false, { enabled: false, size: 7, mode: 'a' }, 'code'],
      [{}, { enabled: true, size: 7, mode: 'a' }, 'code'],
      [{ size: 0, mode: 'b' }, { enabled: true, size: 0, mode: 'b' }, 'code'],
    ])('resolves %j', (input, expected, source) => {
      const { fields, report } = run(schema, { cache: input });
      expect(fields.cache).toEqual(expected);
      expect(report.origins.get('cache')).toEqual({ source });
      expect(report.problems).toEqual([]);
    });

    it.each([0, '', null, 'on', []])('refuses %j', (input) => {
      expect(run(schema, { cache: input }).report.problems).toEqual([
        {
          path: 'cache',
          shown: expect.any(String),
          accepted: 'true, false or an object of options',
        },
      ]);
    });

    it('does not know an option of its own called enabled', () => {
      expect(run(schema, { cache: { enabled: false } }).report.problems[0]?.path).toBe(
        'cache.enabled',
      );
    });
  });

  it('refuses unknown options and names the known ones', () => {
    const { report } = run({ a: group(size) }, { a: { sizes: 1 }, b: 2 });
    expect(report.problems).toEqual([
      { path: 'b', shown: '2', accepted: 'nothing, there is no such option; here are a' },
      { path: 'a.sizes', shown: '1', accepted: 'nothing, there is no such option; here are size' },
    ]);
  });

  it('does not mind an unknown option that is undefined', () => {
    expect(run(size, { other: undefined }).report.problems).toEqual([]);
  });

  it('does not take inherited names for options', () => {
    expect(run(size, { toString: 1, constructor: 2 }).report.problems.map((p) => p.path)).toEqual([
      'toString',
      'constructor',
    ]);
  });

  describe('with values that were read from the environment before', () => {
    const known: EnvironmentValues = new Map([['size', { variable: 'SIZE', value: 3 }]]);

    it('keeps their origin while the value is the same', () => {
      const { fields, report } = run(size, { size: 3 }, {}, known);
      expect(fields.size).toBe(3);
      expect(report.origins.get('size')).toEqual({ source: 'env', variable: 'SIZE' });
    });

    it('says code once the value was changed', () => {
      expect(run(size, { size: 4 }, {}, known).report.origins.get('size')).toEqual({
        source: 'code',
      });
    });

    it('knows values by identity', () => {
      const list = ['a'];
      const resolver = new FieldsResolver(
        {},
        new Report(),
        new Map([['list', { variable: 'LIST', value: list }]]),
      );
      expect(resolver.originOfGiven('list', list)).toEqual({ source: 'env', variable: 'LIST' });
      expect(resolver.originOfGiven('list', ['a'])).toEqual({ source: 'code' });
      expect(resolver.originOfGiven('other', list)).toEqual({ source: 'code' });
    });
  });
});
