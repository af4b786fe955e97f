import { describe, expect, it } from 'vitest';
import {
  RedactionPolicy,
  type RedactionRules,
} from '../../../../libs/nestrace/src/core/redaction/redaction-policy.js';

function policy(rules: Partial<RedactionRules> = {}): RedactionPolicy {
  return new RedactionPolicy({
    keys: [],
    show: [],
    patterns: [],
    cardNumbers: true,
    emails: true,
    replacement: '••••',
    redact: undefined,
    harmless: (key) => key.startsWith('nest.'),
    repeating: (key) => key === 'statement',
    alsoHidden: () => undefined,
    ...rules,
  });
}

describe('RedactionPolicy', () => {
  it('returns the very same object where nothing is hidden', () => {
    const values = { 'nest.type': 'handler', 'order.lines': 2, ok: true, list: ['a', 'b'] };
    const { list } = values;
    expect(policy().cleaned(values)).toEqual({ values, rules: undefined });
    expect(policy().cleaned(values).values).toBe(values);
    expect(policy().clean(values)).toBeUndefined();
    expect(values.list).toBe(list);
  });

  it.each([
    'password',
    'http.request.header.authorization',
    'http.request.header.cookie',
    'http.response.header.set-cookie',
    'http.request.header.x-api-key',
    'user.apiKey',
    'session',
    'session.id',
    'db.private_key',
    'db.connection_string',
    'DATABASE_DSN',
    'user.email',
    'userEmail',
    'card.cvv',
  ])('hides the value of %s', (key) => {
    const values = { [key]: 'x', other: 'y' };
    const copy = policy().cleaned(values);
    expect({ ...copy.values }).toEqual({ [key]: '••••', other: 'y' });
    expect({ ...copy.rules }).toEqual({ [key]: 'secret name' });
    expect(values[key]).toBe('x');
    expect({ ...policy().clean(values) }).toEqual({ [key]: 'secret name' });
    expect(values).toEqual({ [key]: '••••', other: 'y' });
  });

  it.each(['code', 'key', 'error.code', 'cache.key', 'author', 'gen_ai.usage.input_tokens'])(
    'shows the value of %s',
    (key) => {
      expect(policy().value(key, 'OUT_OF_STOCK')).toBe('OUT_OF_STOCK');
    },
  );

  it('hides numbers and lists under the name of a secret, and not whether there is one', () => {
    const values = { pin: 1234, tokens: 3, token: ['a', 'b'], 'password.reset': true };
    policy().clean(values);
    expect(values).toEqual({ pin: '••••', tokens: 3, token: '••••', 'password.reset': true });
  });

  it('hides card numbers that are numbers', () => {
    const values = { card: 4111111111111111, other: 4111111111111112, at: 1764310673000000 };
    const rules = policy().clean(values);
    expect(values).toEqual({ card: '••••', other: 4111111111111112, at: 1764310673000000 });
    expect({ ...rules }).toEqual({ card: 'card number' });
    const list = { cards: [1, 4111111111111111] };
    policy().clean(list);
    expect(list).toEqual({ cards: ['1', '••••'] });
    expect(policy({ cardNumbers: false }).value('card', 4111111111111111)).toBe(4111111111111111);
  });

  it('leaves lists with numbers that are not finite as they are', () => {
    const list = [Number.NaN, 1, -Infinity, -0];
    const values = { list };
    policy().clean(values);

    expect(values.list).toBe(list);
  });

  it('hides what has the form of a secret, also in lists, and leaves the list of the caller alone', () => {
    const note = ['fine', 'Bearer abcdef123'];
    const values = { note, n: [1, 2] };
    policy().clean(values);
    expect(values).toEqual({ note: ['fine', 'Bearer ••••'], n: [1, 2] });
    expect(note[1]).toBe('Bearer abcdef123');
  });

  it('says by which rule a value was hidden as a whole, and shows the rest of others in place', () => {
    const values = { a: 'ann@example.org', b: 'by ann@example.org' };
    expect({ ...policy().clean(values) }).toEqual({ a: 'e-mail' });
    expect(values).toEqual({ a: '••••', b: 'by ••••' });
  });

  it('does not look into what nestrace has put there, but hides it when it is named', () => {
    const text = 'Bearer abcdef123';
    expect(policy().value('nest.x', text)).toBe(text);
    expect(policy({ keys: ['nest.*'] }).value('nest.x', text)).toBe('••••');
  });

  it('shows names that look like a secret and are none, without what looks like one in them', () => {
    const shows = policy({ show: ['*.session'] });
    expect(shows.value('user.session', 'spring')).toBe('spring');
    expect(shows.value('user.session', 'Bearer abcdef123')).toBe('Bearer ••••');
    expect(policy({ show: ['x'], keys: ['x'] }).value('x', 1)).toBe('••••');
  });

  it('shows addresses where it is told to, under their names, too', () => {
    const shows = policy({ emails: false });
    expect(shows.value('user.email', 'ann@example.org')).toBe('ann@example.org');
    expect(shows.value('userEmail', 'ann@example.org')).toBe('ann@example.org');
    expect(shows.value('note', 'ann@example.org')).toBe('ann@example.org');
    expect(shows.value('url', 'https://ann:pw@host/')).toBe('https://••••@host/');
  });

  it('hides by patterns and functions of the user, everywhere', () => {
    const values = { 'nest.x': 'K-1 and K-2', b: 'K-', c: 'K-3' };
    const rules = policy({ patterns: [/K-\d+/] }).clean(values);
    expect(values).toEqual({ 'nest.x': '•••• and ••••', b: 'K-', c: '••••' });
    expect({ ...rules }).toEqual({ c: 'redaction.patterns' });
    const seen = { a: 1, b: 2, c: 3 } as Record<string, unknown>;
    const byFunction = policy({
      redact: (key, value) => (key === 'a' ? undefined : key === 'b' ? 'other' : value),
    }).clean(seen);
    expect(seen).toEqual({ a: '••••', b: 'other', c: 3 });
    expect({ ...byFunction }).toEqual({ a: 'redaction.redact' });
  });

  it.each([
    ['throws', () => Promise.reject(new Error('never seen')).catch(() => 'x')],
    ['returns a promise', () => Promise.resolve('shown')],
    ['returns an object', () => ({ shown: true })],
    ['returns null', () => null],
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
  ])('hides what a function of the user cannot judge: it %s', (_, redact) => {
    expect(policy({ redact }).value('a', 'x')).toBe('••••');
  });

  it('looks at what a function of the user returns', () => {
    expect(policy({ redact: () => 'for ann@example.org' }).value('a', 'x')).toBe('for ••••');
    expect(policy({ redact: () => 'x' }).value('password', 'hunter2')).toBe('••••');
  });

  it('puts its own words in place of what it hides', () => {
    const own = policy({ replacement: '$& REDACTED', patterns: [/K-\d+/] });
    expect(own.value('password', 'x')).toBe('$& REDACTED');
    expect(own.value('a', 'K-1, Bearer abcdef123, a@b.org')).toBe(
      '$& REDACTED, Bearer $& REDACTED, $& REDACTED',
    );
  });

  it('does not show what it has not looked at', () => {
    const text = policy().value('a', 'x'.repeat(100_000)) as string;
    expect(text).toBe(`${'x'.repeat(65_536)}…`);
    const list = policy().value('a', Array(10_000).fill('x')) as string[];
    expect(list).toHaveLength(4096);
  });

  it('shows texts that come again and again as it did the first time', () => {
    const own = policy();
    for (let round = 0; round < 3; round++) {
      expect(own.value('statement', "SELECT 1 WHERE mail = 'a@b.org'")).toBe(
        "SELECT 1 WHERE mail = '••••'",
      );
      expect(own.value('statement', 'a@b.org')).toBe('••••');
    }
  });

  it('takes names that are dangerous for names', () => {
    const values = JSON.parse('{"__proto__": "Bearer abcdef123", "password": "x"}') as object;
    const redacted = policy().cleaned(values as Record<string, unknown>);
    expect(Object.entries(redacted.values)).toEqual([
      ['__proto__', 'Bearer ••••'],
      ['password', '••••'],
    ]);
    expect(({} as { password?: string }).password).toBeUndefined();
  });

  it('judges a text that stands alone', () => {
    expect(policy().text('status.message', 'no Bearer abcdef123')).toBe('no Bearer ••••');
    expect(policy({ redact: () => 7 }).text('name', 'x')).toBe('••••');
  });
});
