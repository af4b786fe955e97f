import { describe, expect, it } from 'vitest';
import { onlyProblem, resolve } from '../support/options.js';

const ACCEPTED = 'a list of host names (with * for anything) or regular expressions, or a function';

function everything(): boolean {
  return true;
}

describe('outgoing options', () => {
  it.each([
    [undefined, true],
    [true, true],
    [{}, true],
    [false, false],
  ])('with %j propagate everywhere and ignore nothing, enabled: %s', (outgoing, enabled) => {
    expect(resolve({ outgoing }).outgoing).toEqual({ enabled, propagateTo: ['*'], ignore: [] });
  });

  it('take patterns or a function', () => {
    const hosts = ['*.example.org', /^10\./];
    expect(resolve({ outgoing: { propagateTo: hosts, ignore: everything } }).outgoing).toEqual({
      enabled: true,
      propagateTo: hosts,
      ignore: everything,
    });
  });

  it('may propagate to nobody', () => {
    expect(resolve({ outgoing: { propagateTo: [] } }).outgoing.propagateTo).toEqual([]);
  });

  it.each(['propagateTo', 'ignore'])('refuse anything else as %s', (name) => {
    for (const value of ['example.org', [''], [1], null, false, {}]) {
      expect(onlyProblem({ outgoing: { [name]: value } })).toMatchObject({
        path: `outgoing.${name}`,
        accepted: ACCEPTED,
      });
    }
  });
});
