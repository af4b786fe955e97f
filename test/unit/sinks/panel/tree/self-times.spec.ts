import { describe, expect, it } from 'vitest';
import { selfTimes } from '../../../../../libs/nestrace/src/sinks/panel/tree/self-times.js';
import { treeOf } from '../../../../../libs/nestrace/src/sinks/panel/tree/trace-tree.js';
import { span, trace } from '../support/trace-builder.js';

describe('selfTimes', () => {
  it('counts what no child covers, and what two cover once', () => {
    const tree = treeOf(
      trace([
        span('root', undefined, { for: 100 }),
        span('a', 'root', { at: 10, for: 30 }),
        span('b', 'root', { at: 20, for: 30 }),
        span('c', 'root', { at: 25, for: 5 }),
        span('d', 'root', { at: 90, for: 40 }),
      ]),
    );
    expect(selfTimes(tree)[0]).toBe(50);
    expect(selfTimes(tree)[1]).toBe(30);
  });

  it('does not count a child outside of its parent', () => {
    const tree = treeOf(
      trace([span('root', undefined, { at: 50, for: 10 }), span('a', 'root', { at: 0, for: 20 })]),
    );
    expect(selfTimes(tree)[0]).toBe(10);
  });
});
