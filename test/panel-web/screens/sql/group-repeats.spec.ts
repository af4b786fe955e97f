import { describe, expect, it } from 'vitest';
import { groupRepeats } from '../../../../libs/panel-web/src/screens/sql/group-repeats.js';
import { REPEAT } from '../../copying/fixtures.js';

describe('groupRepeats', () => {
  it('takes the same loop of several traces together, and shows its worst run', () => {
    const [group, ...rest] = groupRepeats([
      { ...REPEAT, traceId: '1', totalMs: 10 },
      { ...REPEAT, traceId: '2', totalMs: 30 },
      { ...REPEAT, traceId: '2', totalMs: 20 },
    ]);
    expect(rest).toEqual([]);
    expect(group?.worst.totalMs).toBe(30);
    expect(group?.traces).toBe(2);
  });

  it('keeps callers and kinds apart, the most time in all first', () => {
    const groups = groupRepeats([
      { ...REPEAT, caller: 'A.a', totalMs: 50 },
      { ...REPEAT, caller: 'B.b', totalMs: 30 },
      { ...REPEAT, caller: 'B.b', totalMs: 30 },
      { ...REPEAT, caller: 'A.a', kind: 'fan-out', totalMs: 1 },
    ]);
    expect(groups.map(({ worst }) => `${worst.caller} ${worst.kind}`)).toEqual([
      'B.b n+1',
      'A.a n+1',
      'A.a fan-out',
    ]);
  });
});
