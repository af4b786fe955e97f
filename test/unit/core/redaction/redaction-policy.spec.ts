import { describe, expect, it } from 'vitest';
import {
  RedactionPolicy,
  type RedactionRules,
} from '../../../../libs/nestrace/src/core/redaction/redaction-policy.js';

function policy(rules: Partial<RedactionRules> = {}): RedactionPolicy {
  return new RedactionPolicy({
    keys: [],
    values: [],
    value: undefined,
    harmless: (key) => key.startsWith('nest.'),
    alsoHidden: () => undefined,
    maxLength: () => 100,
    maxCount: 10,
    ...rules,
  });
}

describe('RedactionPolicy', () => {
  it('returns the very same object where nothing is hidden', () => {
    const values = { 'nest.type': 'handler', 'order.lines': 2, ok: true, list: ['a', 'b'] };
    const redacted = policy().redact(values);
    expect(redacted.values).toBe(values);
    expect(redacted.rules).toBeUndefined();
    expect(redacted.bytes).toBeGreaterThan(0);
  });

  it.each([
    ['password', 'secret name'],
    ['http.request.header.authorization', 'secret name'],
    ['http.request.header.cookie', 'secret name'],
    ['http.response.header.set-cookie', 'secret name'],
    ['user.apiKey', 'secret name'],
    ['session', 'secret name'],
    ['db.private_key', 'secret name'],
  ])('hides the value of %s', (key, rule) => {
    const values = { [key]: 'x', other: 'y' };
    const redacted = policy().redact(values);
    expect({ ...redacted.values }).toEqual({ [key]: '••••', other: 'y' });
    expect({ ...redacted.rules }).toEqual({ [key]: rule });
    expect(values[key]).toBe('x');
  });

  it('hides what has the form of a secret, also in lists', () => {
    const { values, rules } = policy().redact({ note: ['fine', 'Bearer abcdef123'], n: [1, 2] });
    expect({ ...values }).toEqual({ note: ['fine', 'Bearer ••••'], n: [1, 2] });
    expect({ ...rules }).toEqual({ note: 'credentials' });
  });

  it('does not look into what nestrace has put there, but hides it when it is named', () => {
    const text = 'Bearer abcdef123';
    expect(policy().redact({ 'nest.x': text }).values).toEqual({ 'nest.x': text });
    expect({ ...policy({ keys: ['nest.*'] }).redact({ 'nest.x': text }).values }).toEqual({
      'nest.x': '••••',
    });
  });

  it('hides by patterns and functions of the user, everywhere', () => {
    const byPattern = policy({ values: [/K-\d+/] }).redact({ 'nest.x': 'K-1 and K-2', b: 'K-' });
    expect({ ...byPattern.values }).toEqual({ 'nest.x': '•••• and ••••', b: 'K-' });
    expect({ ...byPattern.rules }).toEqual({ 'nest.x': 'panel.redact.values' });
    const byFunction = policy({
      value: (key, value) => (key === 'a' ? undefined : key === 'b' ? 'other' : value),
    }).redact({ a: 1, b: 2, c: 3 });
    expect({ ...byFunction.values }).toEqual({ a: '••••', b: 'other', c: 3 });
    expect({ ...byFunction.rules }).toEqual({ a: 'panel.redact.value', b: 'panel.redact.value' });
  });

  it('hides what a function of the user cannot judge', () => {
    const throwing = policy({
      value: () => {
        throw new Error('broken');
      },
    });
    expect({ ...throwing.redact({ a: 'x' }).values }).toEqual({ a: '••••' });
  });

  it('cuts values that are too long, and counts those there are too many of', () => {
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`k${index}`, index]));
    const redacted = policy().redact(many);
    expect(Object.keys(redacted.values)).toHaveLength(10);
    expect(redacted.omitted).toBe(2);
    const { values } = policy().redact({ a: 'x'.repeat(200), 'nest.b': 'y'.repeat(200) });
    expect({ ...values }).toEqual({ a: `${'x'.repeat(100)}…`, 'nest.b': `${'y'.repeat(100)}…` });
  });

  it('bounds lists as it does texts, and knows what they take', () => {
    const texts = Array.from({ length: 50 }, () => 'x'.repeat(40));
    const { values, bytes } = policy().redact({
      a: texts,
      'nest.b': texts,
      c: Array(5000).fill(1),
    });
    const shown = [texts[0], texts[1], `${'x'.repeat(20)}…`, '…'];
    expect(values['a']).toEqual(shown);
    expect(values['nest.b']).toEqual(shown);
    expect(values['c']).toHaveLength(1001);
    expect(bytes).toBeGreaterThan(2 * 100 + 1000 * 8);
  });

  it('hides in place of what a function of the user returns by mistake', () => {
    const asynchronous = policy({ value: () => Promise.resolve('shown') }).redact({ a: 'x' });
    expect({ ...asynchronous.values }).toEqual({ a: '••••' });
  });

  it('takes names that are dangerous for names', () => {
    const values = JSON.parse('{"__proto__": "Bearer abcdef123", "password": "x"}') as object;
    const redacted = policy().redact(values as Record<string, unknown>);
    expect(Object.entries(redacted.values)).toEqual([
      ['__proto__', 'Bearer ••••'],
      ['password', '••••'],
    ]);
    expect(({} as { password?: string }).password).toBeUndefined();
  });

  it('judges a text that stands alone', () => {
    expect(policy().text('status.message', 'no Bearer abcdef123')).toBe('no Bearer ••••');
    expect(policy({ value: () => 7 }).text('name', 'x')).toBe('••••');
  });
});
