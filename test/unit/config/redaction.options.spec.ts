import { describe, expect, it } from 'vitest';
import type { RedactionOptions } from '../../../libs/nestrace/src/config/redaction.options.js';
import { resolveOptions } from '../../../libs/nestrace/src/config/resolve-options.js';

function resolve(redaction?: boolean | RedactionOptions) {
  return resolveOptions(redaction === undefined ? {} : { redaction }, {}).redaction;
}

describe('the options of redaction', () => {
  it('hide by default', () => {
    const expected = {
      enabled: true,
      keys: [],
      show: [],
      patterns: [],
      cardNumbers: true,
      emails: true,
      replacement: '••••',
      redact: undefined,
    };
    expect(resolve()).toEqual(expected);
    expect(resolve(true)).toEqual(expected);
    expect(resolve({})).toEqual(expected);
  });

  it('are off where they are told to be', () => {
    expect(resolve(false).enabled).toBe(false);
  });

  it('take expressions as they are, and as their source', () => {
    expect(resolve({ patterns: [/K-\d+/i, String.raw`\bV\d{4}\b`] }).patterns).toEqual([
      /K-\d+/i,
      /\bV\d{4}\b/,
    ]);
  });

  it.each([
    ['patterns', ['(']],
    ['patterns', ['']],
    ['patterns', [/x*/]],
    ['patterns', [/^/gm]],
    ['patterns', [7]],
    ['patterns', /x/],
    ['keys', ['']],
    ['keys', 'password'],
    ['show', [1]],
    ['cardNumbers', 'yes'],
    ['emails', 1],
    ['replacement', ''],
    ['redact', 'password'],
    ['values', []],
  ])('refuse %s: %j at start', (name, value) => {
    expect(() => resolve({ [name]: value })).toThrow(`redaction.${name}`);
  });
});
