import { describe, expect, it } from 'vitest';
import { boolean } from '../../../../libs/nestrace/src/config/schema/kind.js';
import { feature, group, option } from '../../../../libs/nestrace/src/config/schema/node.js';

describe('option', () => {
  it('reads no variable unless one is named', () => {
    expect(option(boolean, { fallback: true })).toEqual({
      node: 'leaf',
      kind: boolean,
      env: [],
      fallback: true,
    });
  });

  it('takes one variable or several', () => {
    expect(option(boolean, { env: 'A', fallback: true }).env).toEqual(['A']);
    const binding = { name: 'B', parse: (): boolean => true };
    expect(option(boolean, { env: ['A', binding], fallback: true }).env).toEqual(['A', binding]);
  });
});

describe('group and feature', () => {
  it('hold their fields, and only a feature can be switched', () => {
    const fields = { a: option(boolean, { fallback: true }) };
    expect(group(fields)).toEqual({ node: 'group', fields });
    expect(feature(fields)).toEqual({ node: 'feature', fields });
  });
});
