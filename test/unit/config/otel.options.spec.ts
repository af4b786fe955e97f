import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { onlyProblem, refusal, resolve } from '../support/options.js';

const processor: SpanProcessor = {
  onStart: () => {},
  onEnd: () => {},
  forceFlush: async () => {},
  shutdown: async () => {},
};

describe('enabled', () => {
  it('is true', () => {
    expect(resolve().enabled).toBe(true);
  });

  it.each([
    [{ OTEL_SDK_DISABLED: 'true' }, false],
    [{ OTEL_SDK_DISABLED: 'TRUE' }, false],
    [{ OTEL_SDK_DISABLED: 'false' }, true],
    [{ OTEL_ENABLED: 'false' }, false],
    [{ OTEL_ENABLED: 'true' }, true],
    [{ OTEL_SDK_DISABLED: 'true', OTEL_ENABLED: 'true' }, false],
    [{ OTEL_SDK_DISABLED: 'false', OTEL_ENABLED: 'false' }, false],
    [{ OTEL_SDK_DISABLED: '' }, true],
  ])('with %j is %s', (env, expected) => {
    const options = resolve({}, env);
    expect(options.enabled).toBe(expected);
    expect(options.warnings).toEqual([]);
  });

  it.each(['1', 'yes', '0'])('ignores OTEL_SDK_DISABLED=%s and says so', (value) => {
    const options = resolve({}, { OTEL_SDK_DISABLED: value });
    expect(options.enabled).toBe(true);
    expect(options.warnings).toEqual([
      expect.stringContaining(`OTEL_SDK_DISABLED='${value}' is ignored. It accepts: true or false`),
    ]);
  });

  it('ignores OTEL_ENABLED=off and says so', () => {
    const options = resolve({}, { OTEL_ENABLED: 'off' });
    expect(options.enabled).toBe(true);
    expect(options.warnings).toEqual([expect.stringContaining("OTEL_ENABLED='off'")]);
  });

  it('is decided by code first', () => {
    expect(resolve({ enabled: true }, { OTEL_SDK_DISABLED: 'true' }).enabled).toBe(true);
    expect(resolve({ enabled: false }, { OTEL_ENABLED: 'true' }).enabled).toBe(false);
  });
});

describe('debug and logLevel', () => {
  it('are off and "warn"', () => {
    expect(resolve()).toMatchObject({ debug: false, logLevel: 'warn' });
  });

  it('go together when debug is asked for', () => {
    expect(resolve({ debug: true })).toMatchObject({ debug: true, logLevel: 'debug' });
  });

  it.each(['debug', 'verbose', 'all'])('go together for the level %s', (level) => {
    expect(resolve({}, { OTEL_LOG_LEVEL: level })).toMatchObject({ debug: true, logLevel: level });
    expect(resolve({ logLevel: level }).debug).toBe(true);
  });

  it.each(['none', 'error', 'warn', 'INFO'])('do not for the level %s', (level) => {
    const expected = { debug: false, logLevel: level.toLowerCase() };
    expect(resolve({}, { OTEL_LOG_LEVEL: level })).toMatchObject(expected);
  });

  it('let debug speak without the level', () => {
    expect(resolve({ debug: true, logLevel: 'error' })).toMatchObject({
      debug: true,
      logLevel: 'error',
    });
  });

  it('prefer code to OTEL_LOG_LEVEL, and ignore a bad one by name', () => {
    expect(resolve({ logLevel: 'none' }, { OTEL_LOG_LEVEL: 'all' }).logLevel).toBe('none');
    const options = resolve({}, { OTEL_LOG_LEVEL: 'loud' });
    expect(options.logLevel).toBe('warn');
    expect(options.warnings).toEqual([expect.stringContaining("OTEL_LOG_LEVEL='loud'")]);
  });
});

describe('environment', () => {
  it('is development, unless the environment says more', () => {
    expect(resolve().environment).toBe('development');
  });

  it('asks OTEL_ENVIRONMENT, then the resource attributes, then NODE_ENV', () => {
    const NODE_ENV = 'test';
    const OTEL_RESOURCE_ATTRIBUTES = 'deployment.environment.name=staging';
    const OTEL_ENVIRONMENT = 'qa';
    expect(resolve({}, { NODE_ENV }).environment).toBe('test');
    expect(resolve({}, { NODE_ENV, OTEL_RESOURCE_ATTRIBUTES }).environment).toBe('staging');
    const env = { NODE_ENV, OTEL_RESOURCE_ATTRIBUTES, OTEL_ENVIRONMENT };
    expect(resolve({}, env).environment).toBe('qa');
    expect(resolve({ environment: 'home' }, env).environment).toBe('home');
  });

  it('refuses an empty text in code', () => {
    expect(onlyProblem({ environment: '' }).path).toBe('environment');
  });
});

describe('resource.attributes', () => {
  it('come from code, else from OTEL_RESOURCE_ATTRIBUTES as texts', () => {
    const env = { OTEL_RESOURCE_ATTRIBUTES: 'team=a%20b,zone=1' };
    expect(resolve({}, env).resource.attributes).toEqual({ team: 'a b', zone: '1' });
    const attributes = { team: 'c', size: 0, spare: false };
    expect(resolve({ resource: { attributes } }, env).resource.attributes).toEqual(attributes);
  });

  it('refuse what OpenTelemetry cannot carry', () => {
    expect(onlyProblem({ resource: { attributes: { a: { b: 1 } } } }).path).toBe(
      'resource.attributes',
    );
  });
});

describe('processor and processors', () => {
  it('are a batch processor and none of the user', () => {
    expect(resolve()).toMatchObject({ processor: 'batch', processors: [] });
  });

  it('take what is given', () => {
    const options = resolve({ processor: 'simple', processors: [processor] });
    expect(options.processor).toBe('simple');
    expect(options.processors[0]).toBe(processor);
  });

  it.each([[processor], [[{}]], [[{ ...processor, onEnd: undefined }]], [null]])(
    'refuse what is no list of span processors',
    (processors) => {
      expect(onlyProblem({ processors })).toMatchObject({
        path: 'processors',
        accepted: 'a list, each a SpanProcessor',
      });
    },
  );

  it('refuse another word', () => {
    expect(onlyProblem({ processor: 'none' }).accepted).toBe('one of "batch", "simple"');
  });
});

describe('shutdown.timeoutMs', () => {
  it('is five seconds, and may be none at all', () => {
    expect(resolve().shutdown.timeoutMs).toBe(5000);
    expect(resolve({ shutdown: { timeoutMs: 0 } }).shutdown.timeoutMs).toBe(0);
  });

  it('is bounded', () => {
    expect(onlyProblem({ shutdown: { timeoutMs: 600_001 } }).path).toBe('shutdown.timeoutMs');
    expect(onlyProblem({ shutdown: { timeoutMs: -1 } }).path).toBe('shutdown.timeoutMs');
  });
});

describe('lifecycle', () => {
  it('is on, and can be turned off', () => {
    expect(resolve().lifecycle).toBe(true);
    expect(resolve({ lifecycle: false }).lifecycle).toBe(false);
    expect(onlyProblem({ lifecycle: 'off' as never }).path).toBe('lifecycle');
  });
});

describe('unknown options', () => {
  it('are refused at every level, with the names that exist', () => {
    const { problems } = refusal({
      serviceName: 'orders',
      sampling: { rate: 1 },
      http: { port: 1 },
      batch: { size: 1 },
    });
    expect(problems.map(({ path }) => path)).toEqual([
      'serviceName',
      'batch.size',
      'sampling.rate',
      'http.port',
    ]);
    expect(problems[0]?.accepted).toContain('enabled, debug, logLevel');
    expect(problems[2]?.accepted).toContain('strategy, ratio');
  });
});
