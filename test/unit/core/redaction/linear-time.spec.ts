import { describe, expect, it } from 'vitest';
import { hideSecrets } from '../../../../libs/nestrace/src/core/redaction/secret-values.js';

const PARTS = [
  'password=',
  'password is ',
  'password: "',
  'passpwdtoken',
  'api key',
  'bearer a1',
  'basic ',
  'authorization: ',
  'cookie:"',
  'eyJhbGciOi.',
  '-eyJ',
  '-----BEGIN ',
  '-----BEGIN PRIVATE KEY-----',
  'AKIA',
  'ghp_a1',
  'xoxb-',
  'sk-',
  '://',
  'a.a://x:y',
  'a@',
  '@a.',
  '%40a',
  'a.a.a',
  '1 ',
  '4111 ',
  '4111-',
  '41111',
  'DE89 ',
  'GB29NWBK',
  '?a=',
  ';a=b',
  '&x[',
  '"',
  "\\'",
  ' ',
  '\n',
  'é',
  '•',
];

/** The same texts in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function textOf(parts: readonly string[], length: number, next: () => number): string {
  let text = '';
  while (text.length < length) text += parts[Math.floor(next() * parts.length)];
  return text.slice(0, length);
}

function timeOf(text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const start = process.cpuUsage();
    hideSecrets(text);
    const { user } = process.cpuUsage(start);
    best = Math.min(best, user);
  }
  return best;
}

describe('hideSecrets', () => {
  const next = random(7);
  const mixtures = Array.from({ length: 24 }, () =>
    Array.from({ length: 3 }, () => PARTS[Math.floor(next() * PARTS.length)] ?? ''),
  );

  it.each([...PARTS.map((part) => [part]), ...mixtures])(
    'takes time that grows with a text of %j %j %j, and no faster',
    (...parts) => {
      const small = textOf(parts, 8192, random(1));
      const large = textOf(parts, 65_536, random(1));
      // Eight times the text; with the square of it, 64 times. A millisecond is for the clock.
      expect(timeOf(large)).toBeLessThan(24 * (timeOf(small) + 1000));
    },
  );
});
