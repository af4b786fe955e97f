import { describe, expect, it } from 'vitest';
import { SPAN_FLAG } from '../../../../../libs/nestrace/src/sinks/panel/contract/index.js';
import {
  childrenOf,
  hasChildren,
  indexTrace,
  isWithin,
} from '../../../../../libs/panel-web/src/screens/trace/model/trace-index.js';
import { traceFrom } from '../trace-fixture.js';

const detail = traceFrom(
  {
    name: 'root',
    below: [
      { name: 'a', below: [{ name: 'a1', flags: SPAN_FLAG.error }, { name: 'a2' }] },
      { name: 'b', flags: SPAN_FLAG.open },
    ],
  },
  { name: 'other root' },
);
const index = indexTrace(detail);

describe('indexTrace', () => {
  it('knows what is below what', () => {
    expect([...childrenOf(index, -1)]).toEqual([0, 5]);
    expect([...childrenOf(index, 0)]).toEqual([1, 4]);
    expect([...childrenOf(index, 1)]).toEqual([2, 3]);
    expect([...childrenOf(index, 5)]).toEqual([]);
    expect(hasChildren(index, 4)).toBe(false);
    expect([...index.below]).toEqual([4, 2, 0, 0, 0, 0]);
    expect([...index.depth]).toEqual([0, 1, 2, 2, 1, 0]);
  });

  it('counts the errors below, and finds errors and open spans', () => {
    expect([...index.errorsBelow]).toEqual([1, 1, 0, 0, 0, 0]);
    expect(index.errorRows).toEqual([2]);
    expect(index.openRows).toEqual([4]);
  });

  it('knows what is within what', () => {
    expect(isWithin(index, 3, 1)).toBe(true);
    expect(isWithin(index, 1, 1)).toBe(true);
    expect(isWithin(index, 4, 1)).toBe(false);
    expect(isWithin(index, 5, 0)).toBe(false);
  });

  it('loses no row whose parent makes no sense', () => {
    const spans = { ...detail.spans, parent: [3, 0, 1, 99, 4, -7] };
    const odd = indexTrace({ ...detail, spans });
    expect([...childrenOf(odd, -1)]).toEqual([0, 3, 4, 5]);
  });

  it('keeps the ticks of each row together', () => {
    const ticks = [4, 1, 4].map((row, at) => ({ row, at, isError: false, name: 'x' }));
    expect(indexTrace({ ...detail, ticks }).ticks.get(4)).toEqual([ticks[0], ticks[2]]);
  });
});
