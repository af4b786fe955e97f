import { describe, expect, it } from 'vitest';
import {
  mergedTimes,
  selfTimes,
} from '../../../../../libs/panel-web/src/screens/trace/model/self-time.js';
import { indexTrace } from '../../../../../libs/panel-web/src/screens/trace/model/trace-index.js';
import { traceFrom } from '../trace-fixture.js';

const detail = traceFrom({
  name: 'root',
  start: 0,
  duration: 100,
  below: [
    { name: 'a', start: 10, duration: 20 },
    { name: 'b', start: 15, duration: 25 },
    { name: 'c', start: 60, duration: 80 },
  ],
});

describe('self time', () => {
  it('is what no child covers, wherever they overlap or end', () => {
    expect(selfTimes(detail.spans, indexTrace(detail), 0)).toEqual([0, 10, 40, 60]);
  });

  it('is all of a span without children', () => {
    expect(selfTimes(detail.spans, indexTrace(detail), 1)).toEqual([10, 30]);
  });
});

describe('mergedTimes', () => {
  it('joins what overlaps or nearly touches', () => {
    expect(mergedTimes(detail.spans, [1, 2, 3], 5)).toEqual([10, 40, 60, 140]);
    expect(mergedTimes(detail.spans, [1, 2, 3], 20)).toEqual([10, 140]);
  });
});
