import { describe, expect, it } from 'vitest';
import { REFUSED } from '../../../libs/nestrace/src/config/schema/kind.js';
import { typeOrmSchema } from '../../../libs/nestrace/src/config/typeorm.options.js';
import { onlyProblem, resolve } from '../support/options.js';

const DEFAULTS = {
  enabled: true,
  slowQueryMs: 100,
  nPlusOneThreshold: 5,
  captureQueryText: true,
  captureParameters: false,
  maxQueryTextLength: 4096,
};

describe('typeorm options', () => {
  it.each([undefined, true, {}])('have defaults when %j is given', (typeorm) => {
    expect(resolve({ typeorm }).typeorm).toEqual(DEFAULTS);
  });

  it('can be off', () => {
    expect(resolve({ typeorm: false }).typeorm).toEqual({ ...DEFAULTS, enabled: false });
  });

  it('take what is given', () => {
    const given = {
      slowQueryMs: 0,
      nPlusOneThreshold: false,
      captureQueryText: false,
      captureParameters: true,
      maxQueryTextLength: 16,
    };
    expect(resolve({ typeorm: given }).typeorm).toEqual({ enabled: true, ...given });
  });

  it('take fractions of milliseconds', () => {
    expect(resolve({ typeorm: { slowQueryMs: 0.5 } }).typeorm.slowQueryMs).toBe(0.5);
  });

  it.each([
    ['slowQueryMs', -1, 'a number of at least 0'],
    ['slowQueryMs', Number.NaN, 'a number of at least 0'],
    ['slowQueryMs', '100', 'a number of at least 0'],
    ['nPlusOneThreshold', 1, 'a whole number of at least 2, or false'],
    ['nPlusOneThreshold', true, 'a whole number of at least 2, or false'],
    ['nPlusOneThreshold', 2.5, 'a whole number of at least 2, or false'],
    ['captureQueryText', 'yes', 'true or false'],
    ['captureParameters', 1, 'true or false'],
    ['maxQueryTextLength', 15, 'a whole number from 16 to 1000000'],
  ])('refuse %s: %j', (name, value, accepted) => {
    expect(onlyProblem({ typeorm: { [name]: value } })).toMatchObject({
      path: `typeorm.${name}`,
      accepted,
    });
  });

  it('cannot be given as text', () => {
    expect(typeOrmSchema.fields.nPlusOneThreshold.kind.parse('5')).toBe(REFUSED);
  });

  it('take the smallest threshold that can be called a repetition', () => {
    expect(resolve({ typeorm: { nPlusOneThreshold: 2 } }).typeorm.nPlusOneThreshold).toBe(2);
  });
});
