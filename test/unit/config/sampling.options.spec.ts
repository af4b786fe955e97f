import type { Sampler } from '@opentelemetry/sdk-trace';
import { AlwaysOnSampler } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { onlyProblem, resolve } from '../support/options.js';

function sampled(env: Record<string, string>, sampling?: object) {
  const { strategy, ratio } = resolve({ sampling }, { NODE_ENV: 'production', ...env }).sampling;
  return { strategy, ratio };
}

describe('sampling options', () => {
  it('follow the caller, ignore probes and nothing else', () => {
    expect(resolve().sampling).toEqual({
      strategy: 'parent_based',
      ratio: 1,
      rules: [],
      keep: {
        enabled: true,
        spans: 'root',
        errors: true,
        slowMs: false,
        when: undefined,
        maxTraces: 1000,
        maxSpans: 10_000,
        maxAgeMs: 60_000,
      },
      sampler: undefined,
      ignore: [],
      ignoreProbes: true,
    });
  });

  it.each([
    ['development', 1],
    ['test', 1],
    ['qa-7', 1],
    ['staging', 0.5],
    ['Stage', 0.5],
    ['production', 0.1],
    ['PRODUCTION', 0.1],
    ['prod', 0.1],
  ])('take in %s the default ratio %s', (environment, ratio) => {
    expect(resolve({ environment }).sampling.ratio).toBe(ratio);
    expect(resolve({}, { OTEL_ENVIRONMENT: environment }).sampling.ratio).toBe(ratio);
    expect(resolve({}, { NODE_ENV: environment }).sampling.ratio).toBe(ratio);
  });

  it.each([
    ['always_on', { strategy: 'always', ratio: 1 }],
    ['always_off', { strategy: 'never', ratio: 0 }],
    ['traceidratio', { strategy: 'ratio', ratio: 1 }],
    ['parentbased_always_on', { strategy: 'parent_based', ratio: 1 }],
    ['parentbased_always_off', { strategy: 'parent_based', ratio: 0 }],
    ['parentbased_traceidratio', { strategy: 'parent_based', ratio: 1 }],
    ['ParentBased_Always_On', { strategy: 'parent_based', ratio: 1 }],
  ])('read OTEL_TRACES_SAMPLER=%s without an argument', (sampler, expected) => {
    expect(sampled({ OTEL_TRACES_SAMPLER: sampler })).toEqual(expected);
  });

  it.each([
    ['always_on', { strategy: 'always', ratio: 1 }],
    ['always_off', { strategy: 'never', ratio: 0 }],
    ['traceidratio', { strategy: 'ratio', ratio: 0.25 }],
    ['parentbased_always_on', { strategy: 'parent_based', ratio: 1 }],
    ['parentbased_always_off', { strategy: 'parent_based', ratio: 0 }],
    ['parentbased_traceidratio', { strategy: 'parent_based', ratio: 0.25 }],
    ['  TraceIdRatio ', { strategy: 'ratio', ratio: 0.25 }],
  ])('read OTEL_TRACES_SAMPLER=%s with its argument where it has one', (sampler, expected) => {
    const env = { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: '0.25' };
    expect(sampled(env)).toEqual(expected);
  });

  it.each(['0', '0.0'])('read an argument of %s as nothing, not as not given', (argument) => {
    const env = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: argument };
    expect(sampled(env)).toEqual({ strategy: 'ratio', ratio: 0 });
    expect(sampled({ OTEL_SAMPLING_RATIO: argument }).ratio).toBe(0);
  });

  it.each(['1.5', '-0.1', 'half', '50%'])('ignore a bad argument %s by name', (argument) => {
    const env = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: argument };
    const options = resolve({}, { NODE_ENV: 'production', ...env });
    expect(options.sampling.ratio).toBe(1);
    expect(options.warnings).toHaveLength(1);
    expect(options.warnings[0]).toContain(`OTEL_TRACES_SAMPLER_ARG='${argument}'`);
  });

  it('do not look at an argument without a sampler', () => {
    const options = resolve({}, { NODE_ENV: 'production', OTEL_TRACES_SAMPLER_ARG: 'x' });
    expect(options.sampling.ratio).toBe(0.1);
    expect(options.warnings).toEqual([]);
  });

  it.each(['jaeger_remote', 'xray', 'always', 'constructor'])(
    'ignore the unknown sampler %s and say so once',
    (sampler) => {
      const options = resolve({}, { OTEL_TRACES_SAMPLER: sampler });
      expect(options.sampling.strategy).toBe('parent_based');
      expect(options.sampling.ratio).toBe(1);
      expect(options.warnings).toHaveLength(1);
      expect(options.warnings[0]).toContain(`OTEL_TRACES_SAMPLER='${sampler}'`);
      expect(options.warnings[0]).toContain('parentbased_traceidratio');
    },
  );

  it('prefer OTEL_SAMPLING_RATIO to the argument, and code to both', () => {
    const env = {
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
      OTEL_SAMPLING_RATIO: '0.75',
    };
    expect(sampled(env)).toEqual({ strategy: 'ratio', ratio: 0.75 });
    expect(sampled(env, { ratio: 0, strategy: 'parent_based' })).toEqual({
      strategy: 'parent_based',
      ratio: 0,
    });
    expect(sampled({ ...env, OTEL_SAMPLING_RATIO: 'x' }).ratio).toBe(0.25);
  });

  it('name the variable a value came from', () => {
    const { origins } = resolve(
      {},
      { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' },
    );
    expect(origins.get('sampling.strategy')?.variable).toBe('OTEL_TRACES_SAMPLER');
    expect(origins.get('sampling.ratio')?.variable).toBe('OTEL_TRACES_SAMPLER_ARG');
  });

  it('take a sampler as it is', () => {
    const sampler: Sampler = new AlwaysOnSampler();
    expect(resolve({ sampling: { sampler } }).sampling.sampler).toBe(sampler);
  });

  it('take every form of an ignore rule', () => {
    const ignore = [
      '/internal/*',
      /^\/x/,
      { path: '/a' },
      { method: 'OPTIONS' },
      { path: /b/, method: 'GET' },
      { path: '/c', method: undefined },
      () => true,
    ];
    expect(resolve({ sampling: { ignore } }).sampling.ignore).toEqual(ignore);
  });

  it.each([
    ['/internal'],
    [['']],
    [[null]],
    [[5]],
    [[{}]],
    [[{ path: undefined, method: undefined }]],
    [[{ path: '' }]],
    [[{ path: 5 }]],
    [[{ method: 5 }]],
    [[{ path: '/a', methods: 'GET' }]],
    [['/a', ['/b']]],
  ])('refuse %j as ignore rules', (ignore) => {
    expect(onlyProblem({ sampling: { ignore } })).toMatchObject({
      path: 'sampling.ignore',
      accepted: 'a list of paths, expressions, { path, method } objects or functions',
    });
  });

  it.each([
    ['strategy', 'sometimes', 'one of "always", "never", "ratio", "parent_based"'],
    ['strategy', 'always_on', 'one of "always", "never", "ratio", "parent_based"'],
    ['ratio', 1.01, 'a number from 0 to 1'],
    ['ratio', '0.5', 'a number from 0 to 1'],
    ['ratio', Number.NaN, 'a number from 0 to 1'],
    ['sampler', { shouldSample: true }, 'a Sampler'],
    ['sampler', AlwaysOnSampler, 'a Sampler'],
    ['ignoreProbes', 'no', 'true or false'],
  ])('refuse %s: %j', (name, value, accepted) => {
    expect(onlyProblem({ sampling: { [name]: value } })).toMatchObject({
      path: `sampling.${name}`,
      accepted,
    });
  });
});

describe('sampling rules', () => {
  it('take every form of a match', () => {
    const rules = [
      { match: '/a', ratio: 0 },
      { match: 'POST /a/:id', ratio: 1 },
      { match: /a/, ratio: 0.5 },
      { match: () => true, ratio: 0.1 },
      { match: { transport: 'rpc' }, ratio: 0 },
      { match: { method: ['GET', 'HEAD'], path: /a/, name: undefined }, ratio: 0 },
      { match: { name: 'a.*', transport: 'task' }, ratio: 0 },
    ];
    expect(resolve({ sampling: { rules } }).sampling.rules).toEqual(rules);
  });

  it.each([
    [{ match: '/a' }],
    [{ match: '/a', ratio: 2 }],
    [{ match: '/a', ratio: '0.5' }],
    [{ ratio: 1 }],
    [{ match: ' ', ratio: 1 }],
    [{ match: {}, ratio: 1 }],
    [{ match: { transport: 'tcp' }, ratio: 1 }],
    [{ match: { method: [] }, ratio: 1 }],
    [{ match: { method: 7 }, ratio: 1 }],
    [{ match: { path: 7 }, ratio: 1 }],
    [{ match: { name: '' }, ratio: 1 }],
    [{ match: { route: '/a' }, ratio: 1 }],
    [{ match: '/a', ratio: 1, keep: true }],
    ['/a'],
    [null],
  ])('do not take %j', (rule) => {
    expect(onlyProblem({ sampling: { rules: [rule] } })).toMatchObject({
      path: 'sampling.rules',
      accepted: expect.stringContaining('a list of { match, ratio }') as string,
    });
  });

  it('have no place beside a sampler that decides by itself', () => {
    const sampling = { sampler: new AlwaysOnSampler(), rules: [{ match: '/a', ratio: 1 }] };
    expect(onlyProblem({ sampling })).toMatchObject({
      path: 'sampling.rules',
      accepted: 'nothing where sampling.sampler decides',
    });
  });

  it.each(['jaeger_remote', 'parentbased_jaeger_remote', 'xray', 'XRay'])(
    'are what is told to who asks for %s',
    (sampler) => {
      const { warnings } = resolve({}, { OTEL_TRACES_SAMPLER: sampler });
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain('takes its rules from a remote service');
      expect(warnings[0]).toContain('sampling.rules');
    },
  );
});

describe('sampling.keep', () => {
  it.each([
    [true, true],
    [false, false],
    [{ enabled: false, spans: 'full' }, false],
    [{ spans: 'full' }, true],
  ])('%j', (keep, enabled) => {
    expect(resolve({ sampling: { keep } }).sampling.keep.enabled).toBe(enabled);
  });

  it('is off where nothing is to be traced, unless it is asked for', () => {
    expect(resolve({ sampling: { strategy: 'never' } }).sampling.keep.enabled).toBe(false);
    expect(resolve({ sampling: { strategy: 'never', keep: true } }).sampling.keep.enabled).toBe(
      true,
    );
    expect(resolve({}, { OTEL_TRACES_SAMPLER: 'always_off' }).sampling.keep.enabled).toBe(false);
    const ratioZero = { OTEL_TRACES_SAMPLER: 'parentbased_always_off' };
    expect(resolve({}, ratioZero).sampling.keep.enabled).toBe(true);
  });

  it.each([
    ['spans', 'all'],
    ['slowMs', -1],
    ['slowMs', true],
    ['when', 'always'],
    ['maxTraces', 0],
    ['maxSpans', 1.5],
    ['maxAgeMs', 0],
    ['errors', 1],
  ])('does not take %s %j', (name, value) => {
    expect(onlyProblem({ sampling: { keep: { [name]: value } } }).path).toBe(
      `sampling.keep.${name}`,
    );
  });

  it('takes what it is given', () => {
    const keep = { spans: 'full', errors: false, slowMs: 0, when: () => true, maxSpans: 5 };
    expect(resolve({ sampling: { keep } }).sampling.keep).toMatchObject(keep);
  });
});
