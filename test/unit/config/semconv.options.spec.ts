import { describe, expect, it } from 'vitest';
import { onlyProblem, resolve } from '../support/options.js';

const VARIABLE = 'OTEL_SEMCONV_STABILITY_OPT_IN';

describe('semconv options', () => {
  it('emit stable names only', () => {
    expect(resolve().semconv).toEqual({ http: 'stable', database: 'stable' });
  });

  it.each([
    ['http/dup', 'dup', 'stable'],
    ['database/dup', 'stable', 'dup'],
    ['http/dup,database/dup', 'dup', 'dup'],
    [' database/dup , http ', 'stable', 'dup'],
    ['http,http/dup', 'dup', 'stable'],
    ['messaging/dup', 'stable', 'stable'],
  ])('read %j', (value, http, database) => {
    const options = resolve({}, { [VARIABLE]: value });
    expect(options.semconv).toEqual({ http, database });
    expect(options.warnings).toEqual([]);
  });

  it('take the variable for silent about areas it does not name', () => {
    const { origins } = resolve({}, { [VARIABLE]: 'http' });
    expect(origins.get('semconv.http')).toEqual({ source: 'env', variable: VARIABLE });
    expect(origins.get('semconv.database')).toEqual({ source: 'default' });
  });

  it('prefer code', () => {
    const options = resolve({ semconv: { http: 'stable' } }, { [VARIABLE]: 'http/dup' });
    expect(options.semconv.http).toBe('stable');
    expect(resolve({ semconv: { database: 'dup' } }).semconv.database).toBe('dup');
  });

  it('refuse other words in code', () => {
    expect(onlyProblem({ semconv: { http: 'old' } })).toEqual({
      path: 'semconv.http',
      shown: "'old'",
      accepted: 'one of "stable", "dup"',
    });
  });
});
