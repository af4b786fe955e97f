import { describe, expect, it } from 'vitest';
import { onlyProblem, resolve } from '../support/options.js';

const DEFAULTS = { enabled: true, events: true, level: 'log', maxPerSpan: 48, ids: true };

describe('logs options', () => {
  it.each([undefined, true, {}])('have defaults when %j is given', (logs) => {
    expect(resolve({ logs }).logs).toEqual(DEFAULTS);
  });

  it('can be off', () => {
    expect(resolve({ logs: false }).logs).toEqual({ ...DEFAULTS, enabled: false });
  });

  it.each(['json', false])('take %j for the ids', (ids) => {
    const given = { events: false, level: 'verbose', maxPerSpan: 0, ids };
    expect(resolve({ logs: given }).logs).toEqual({ enabled: true, ...given });
  });

  it.each([
    ['level', 'info'],
    ['level', 'LOG'],
    ['maxPerSpan', -1],
    ['maxPerSpan', 1.5],
    ['ids', 'text'],
    ['events', 'yes'],
  ])('refuse %s: %j', (option, value) => {
    expect(onlyProblem({ logs: { [option]: value } }).path).toBe(`logs.${option}`);
  });
});
