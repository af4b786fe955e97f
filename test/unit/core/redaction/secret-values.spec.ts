import { describe, expect, it, vi } from 'vitest';
import { hideSecrets } from '../../../../libs/nestrace/src/core/redaction/secret-values.js';

describe('hideSecrets', () => {
  it.each([
    ['Authorization: Bearer abc.def-123456', 'Authorization: Bearer ••••', 'credentials'],
    ['basic dXNlcjpwYXNz', 'basic ••••', 'credentials'],
    [
      'token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl rejected',
      'token •••• rejected',
      'jwt',
    ],
    ['key AKIAIOSFODNN7EXAMPLE', 'key ••••', 'aws key'],
    [
      'bad -----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- here',
      'bad •••• here',
      'private key',
    ],
    ['-----BEGIN PRIVATE KEY-----\nMIIcut', '••••', 'private key'],
    ['postgres://app:hunter2@db/orders', 'postgres://••••@db/orders', 'url credentials'],
    ['https://a/b?token=abc&page=2', 'https://a/b?token=••••&page=2', 'secret parameter'],
    ['postgres://app:p@ss@db/orders', 'postgres://••••@db/orders', 'url credentials'],
    ['token=abc&page=2', 'token=••••&page=2', 'secret parameter'],
    ['Server=db;Password=abc', 'Server=db;Password=••••', 'secret parameter'],
    ['card 4111 1111 1111 1111', 'card ••••', 'card number'],
  ])('hides the secret in "%s"', (text, shown, rule) => {
    expect(hideSecrets(text)).toEqual({ text: shown, rule });
  });

  it.each([
    'GET /users/:id',
    'https://example.org/a?page=2',
    'page=2&size=3',
    'UPDATE users SET name=?,password=? WHERE id=?',
    'basically fine',
    'SELECT 1',
    '',
  ])('leaves "%s" as it is', (text) => {
    expect(hideSecrets(text)).toEqual({ text, rule: undefined });
  });

  it('names the first rule where several hide something', () => {
    expect(hideSecrets('Bearer abcdef12 at https://u:p@h/').rule).toBe('credentials');
  });

  it('does not look at the rest of a text again at each of its signs', () => {
    const steps = vi.spyOn(String.prototype, 'replace');
    expect(hideSecrets('?'.repeat(1_000_000)).text).toHaveLength(1_000_000);
    expect(steps).not.toHaveBeenCalled();
    steps.mockRestore();
  });

  it('is done with hostile texts in time that grows with their length only', () => {
    const parts = [
      '?',
      '-eyJ',
      '://',
      'a='.repeat(3),
      'eyJ',
      '-----BEGIN ',
      '1 '.repeat(4),
      'bearer ',
    ];
    for (const part of parts) {
      const text = part.repeat(10_000).slice(0, 40_000);
      expect(hideSecrets(text).text.length).toBeLessThanOrEqual(text.length);
    }
  });
});
