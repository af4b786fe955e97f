import { describe, expect, it } from 'vitest';
import { onlyProblem, resolve } from '../support/options.js';

const COUNTS = [
  ['attributeCount', 'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT'],
  ['attributeCount', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
  ['eventCount', 'OTEL_SPAN_EVENT_COUNT_LIMIT'],
  ['linkCount', 'OTEL_SPAN_LINK_COUNT_LIMIT'],
  ['attributePerEventCount', 'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT'],
  ['attributePerLinkCount', 'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT'],
] as const;

const ALL = [
  ...COUNTS,
  ['attributeValueLength', 'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT'],
  ['attributeValueLength', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'],
] as const;

describe('limits options', () => {
  it('have defaults', () => {
    expect(resolve().limits).toEqual({
      attributeValueLength: 16_384,
      attributeCount: 128,
      eventCount: 128,
      linkCount: 128,
      attributePerEventCount: 128,
      attributePerLinkCount: 128,
    });
  });

  it.each(ALL)('%s comes from code, else from %s', (name, variable) => {
    const env = { [variable]: '64' };
    expect(resolve({}, env).limits[name]).toBe(64);
    expect(resolve({}, env).origins.get(`limits.${name}`)).toEqual({ source: 'env', variable });
    expect(resolve({ limits: { [name]: 32 } }, env).limits[name]).toBe(32);
  });

  it.each(ALL)('%s ignores a bad %s and says so', (name, variable) => {
    const options = resolve({}, { [variable]: 'unlimited' });
    expect(options.limits[name]).toBe(resolve().limits[name]);
    expect(options.warnings).toHaveLength(1);
    expect(options.warnings[0]).toContain(variable);
  });

  it.each(COUNTS)('%s may be none', (name, variable) => {
    expect(resolve({ limits: { [name]: 0 } }).limits[name]).toBe(0);
    expect(resolve({}, { [variable]: '0' }).limits[name]).toBe(0);
  });

  it('prefers the limit of spans to the general one', () => {
    const { limits } = resolve(
      {},
      {
        OTEL_ATTRIBUTE_COUNT_LIMIT: '1',
        OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '2',
        OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '10',
        OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '20',
      },
    );
    expect(limits.attributeCount).toBe(2);
    expect(limits.attributeValueLength).toBe(20);
  });

  it('falls back to the general limit when the one of spans is bad', () => {
    const options = resolve(
      {},
      { OTEL_ATTRIBUTE_COUNT_LIMIT: '1', OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: 'x' },
    );
    expect(options.limits.attributeCount).toBe(1);
    expect(options.warnings).toHaveLength(1);
  });

  it('refuses to cut values down to nothing', () => {
    expect(onlyProblem({ limits: { attributeValueLength: 0 } })).toEqual({
      path: 'limits.attributeValueLength',
      shown: '0',
      accepted: 'a whole number of at least 1',
    });
  });
});
