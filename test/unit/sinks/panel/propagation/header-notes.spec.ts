import { describe, expect, it } from 'vitest';
import { seenHeaders } from '../../../../../libs/nestrace/src/sinks/panel/propagation/header-notes.js';

const ID = '0af7651916cd43dd8448eb211c80319c';
const VALID = `00-${ID}-b7ad6b7169203331-01`;
const W3C = new Set(['traceparent', 'tracestate', 'baggage']);

function notes(...headers: (readonly [string, string])[]): string[] {
  return seenHeaders(headers, W3C).map(({ verdict, note }) => `${verdict}: ${note}`);
}

describe('seenHeaders', () => {
  it.each([
    [VALID, 'valid: version 00 · sampled'],
    [`00-${ID}-b7ad6b7169203331-00`, 'valid: version 00 · not sampled'],
    [`01-${ID}-b7ad6b7169203331-01-more`, 'valid: version 01 · sampled'],
    [`00-${'0'.repeat(32)}-b7ad6b7169203331-01`, 'malformed: trace id is all zero'],
    [`00-${ID.toUpperCase()}-b7ad6b7169203331-01`, 'malformed: not lower-case hexadecimal'],
    ['nonsense', 'malformed: wrong length'],
    [`ff-${ID}-b7ad6b7169203331-01`, 'malformed: version ff is forbidden'],
  ])('says of the traceparent %s: %s', (value, note) => {
    expect(notes(['traceparent', value])).toEqual([note]);
  });

  it('counts the members of a tracestate, which needs a valid traceparent', () => {
    expect(notes(['traceparent', VALID], ['tracestate', 'a=1,b=2'])[1]).toBe(
      'valid: 2 members · 7/512',
    );
    expect(notes(['traceparent', VALID], ['tracestate', 'A=1,b'])[1]).toBe(
      'malformed: dropped as a whole',
    );
    expect(notes(['traceparent', 'x'], ['tracestate', 'a=1'])[1]).toBe(
      'ignored: counts only with a valid traceparent',
    );
  });

  it('takes several traceparents for none', () => {
    expect(notes(['traceparent', VALID], ['traceparent', VALID])).toEqual([
      'malformed: more than one traceparent',
      'malformed: more than one traceparent',
    ]);
  });

  it('counts baggage, and names headers nobody reads', () => {
    expect(notes(['baggage', 'a=••••,b=••••'])).toEqual(['valid: 2 entries']);
    expect(notes(['b3', '0'])).toEqual(['unused: no propagator is configured that reads it']);
    expect(seenHeaders([['b3', '0']], new Set(['b3']))[0]?.verdict).toBe('valid');
  });
});
