import { describe, expect, it } from 'vitest';
import { tokenFrom, tokenRule } from '../../../../../libs/nestrace/src/sinks/panel/access/token.js';
import type { Caller } from '../../../../../libs/nestrace/src/sinks/panel/access/caller.js';

const asking = (authorization?: string): Caller =>
  ({ header: () => authorization }) as unknown as Caller;

describe('the token', () => {
  it('is what was configured, or one of 128 bits that nobody can guess', () => {
    expect(tokenFrom(undefined)).toBeUndefined();
    expect(tokenFrom('given-by-the-user')).toBe('given-by-the-user');
    const made = new Set(Array.from({ length: 20 }, () => tokenFrom('auto')));
    expect(made.size).toBe(20);
    for (const token of made) expect(Buffer.from(token ?? '', 'base64url')).toHaveLength(16);
  });

  it('lets in whoever has it', () => {
    const rule = tokenRule('the-token');
    expect(rule(asking('Bearer the-token'))).toBeUndefined();
    expect(rule(asking('bearer  the-token'))).toBeUndefined();
    for (const given of [
      undefined,
      '',
      'the-token',
      'Bearer',
      'Bearer the-token2',
      'Bearer THE-TOKEN',
    ]) {
      expect([given, rule(asking(given))?.status]).toEqual([given, 401]);
    }
    expect(tokenRule(undefined)(asking())).toBeUndefined();
  });
});
