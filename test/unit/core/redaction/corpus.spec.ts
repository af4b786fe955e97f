import { describe, expect, it } from 'vitest';
import { hideSecrets } from '../../../../libs/nestrace/src/core/redaction/secret-values.js';
import { HARMLESS_TEXTS, SECRET_TEXTS } from './corpus.js';

describe('hideSecrets', () => {
  it('has enough of both kinds to be judged by', () => {
    expect(SECRET_TEXTS.length).toBeGreaterThanOrEqual(150);
    expect(HARMLESS_TEXTS.length).toBeGreaterThanOrEqual(150);
  });

  it.each(SECRET_TEXTS)('hides in "%s" what is secret', (text, secret) => {
    expect(text).toContain(secret);
    const { text: shown, rule } = hideSecrets(text);
    expect(shown).not.toContain(secret);
    expect(shown).toContain('••••');
    expect(rule).toBeDefined();
    expect(hideSecrets(`before, ${text}`).text).not.toContain(secret);
    expect(hideSecrets(shown).text).toBe(shown);
  });

  it.each(HARMLESS_TEXTS)('leaves "%s"', (text) => {
    expect(hideSecrets(text)).toEqual({ text, rule: undefined });
  });
});
