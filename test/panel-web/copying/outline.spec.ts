import { describe, expect, it } from 'vitest';
import { outline } from '../../../libs/panel-web/src/copying/outline.js';
import { SPAN_FLAG } from '../../../libs/nestrace/src/sinks/panel/contract/index.js';
import { traceOf } from './fixtures.js';

describe('outline', () => {
  it('indents, and says what is wrong', () => {
    const detail = traceOf([
      ['GET /', -1, 0],
      ['load', 0, 1, SPAN_FLAG.error | SPAN_FLAG.slow],
    ]);
    expect(outline(detail)).toBe('GET /  1 ms\n  load  1 ms  [error, slow]');
  });

  it('takes siblings that repeat together, with all below them', () => {
    const rows = Array.from({ length: 5 }, (_, index) => [
      ['item', 0, 7, SPAN_FLAG.nPlusOne] as const,
      ['inner', 1 + index * 2, 8] as const,
    ]).flat();
    expect(outline(traceOf([['GET /', -1, 0], ...rows, ['after', 0, 9]]))).toBe(
      'GET /  1 ms\n  5× item  5 ms  [N+1]\n    inner  1 ms\n  after  1 ms',
    );
  });

  it('says how much it left out', () => {
    const detail = traceOf([
      ['a', -1, 0],
      ['b', 0, 1],
      ['c', 0, 2],
    ]);
    expect(outline(detail, 2)).toBe('a  1 ms\n  b  1 ms\n… 1 more');
  });
});
