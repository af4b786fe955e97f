import { describe, expect, it } from 'vitest';
import { autoTraceSchema } from '../../../libs/nestrace/src/config/auto-trace.options.js';
import { REFUSED } from '../../../libs/nestrace/src/config/schema/kind.js';
import { onlyProblem, resolve } from '../support/options.js';

class Orders {}
class OrdersModule {}

const DEFAULTS = {
  enabled: true,
  level: 'standard',
  include: [],
  exclude: [],
  minDurationMs: 0,
  foldAfter: 10,
  maxSpansPerTrace: 1000,
};

const TARGETS =
  'a list of classes, names (with * for anything), expressions, { module } or { matches }';

describe('auto trace options', () => {
  it.each([undefined, true, {}])('have defaults when %j is given', (autoTrace) => {
    expect(resolve({ autoTrace }).autoTrace).toEqual(DEFAULTS);
  });

  it('can be off', () => {
    expect(resolve({ autoTrace: false }).autoTrace).toEqual({ ...DEFAULTS, enabled: false });
  });

  it('take what is given', () => {
    const given = {
      level: 'minimal',
      include: [Orders, 'Orders.find*', /^Orders/, { module: OrdersModule }, { module: '*Module' }],
      exclude: [{ matches: () => false }],
      minDurationMs: 0.5,
      foldAfter: 1,
      maxSpansPerTrace: 1,
    };
    expect(resolve({ autoTrace: given }).autoTrace).toEqual({ enabled: true, ...given });
  });

  it('do not fold where everything is to be seen', () => {
    expect(resolve({ autoTrace: { level: 'verbose' } }).autoTrace.foldAfter).toBe(false);
    const both = { level: 'verbose', foldAfter: 3 };
    expect(resolve({ autoTrace: both }).autoTrace.foldAfter).toBe(3);
  });

  it('take the level from the environment', () => {
    const env = { OTEL_AUTO_TRACE_LEVEL: 'VERBOSE' };
    expect(resolve({}, env).autoTrace).toMatchObject({ level: 'verbose', foldAfter: false });
    expect(resolve({ autoTrace: { level: 'minimal' } }, env).autoTrace.level).toBe('minimal');
  });

  it('ignore a level nobody knows, and say so', () => {
    const { autoTrace, warnings } = resolve({}, { OTEL_AUTO_TRACE_LEVEL: 'all' });
    expect(autoTrace.level).toBe('standard');
    expect(warnings.join()).toContain('OTEL_AUTO_TRACE_LEVEL');
  });

  it.each([
    ['level', 'loud', 'one of "minimal", "standard", "verbose"'],
    ['include', 'Orders', TARGETS],
    ['include', [''], TARGETS],
    ['include', [{}], TARGETS],
    ['include', [null], TARGETS],
    ['exclude', [7], TARGETS],
    ['exclude', [{ module: 7 }], TARGETS],
    ['minDurationMs', -1, 'a number of at least 0'],
    ['foldAfter', 0, 'a whole number of at least 1, or false'],
    ['foldAfter', true, 'a whole number of at least 1, or false'],
    ['maxSpansPerTrace', 0, 'a whole number of at least 1'],
    ['maxSpansPerTrace', false, 'a whole number of at least 1'],
  ])('refuse %s: %j', (name, value, accepted) => {
    expect(onlyProblem({ autoTrace: { [name]: value } })).toMatchObject({
      path: `autoTrace.${name}`,
      accepted,
    });
  });

  it('cannot be given as text where they are no text', () => {
    expect(autoTraceSchema.fields.foldAfter.kind.parse('5')).toBe(REFUSED);
    expect(autoTraceSchema.fields.include.kind.parse('Orders')).toBe(REFUSED);
  });
});
