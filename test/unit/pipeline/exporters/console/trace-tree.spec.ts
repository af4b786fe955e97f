import { describe, expect, it } from 'vitest';
import {
  buildTrees,
  type TraceNode,
} from '../../../../../libs/nestrace/src/pipeline/exporters/console/trace-tree.js';
import { chain, view } from '../../../support/span-views.js';

/** The tree as text: `a(b,c(d))`. */
function text(trees: readonly TraceNode[]): string {
  return trees
    .map(({ span, children }) =>
      children.length === 0 ? span.name : `${span.name}(${text(children)})`,
    )
    .join(',');
}

describe('buildTrees', () => {
  it('makes of nothing nothing', () => {
    expect(buildTrees([])).toEqual([]);
  });

  it('puts spans below their parents, whatever order they come in', () => {
    const spans = [view('d', 'c'), view('b', 'a'), view('c', 'a'), view('a')];
    expect(text(buildTrees(spans))).toBe('a(b,c(d))');
    expect(text(buildTrees(spans.toReversed()))).toBe('a(b,c(d))');
  });

  it('orders siblings by their start, and by their end where they start at once', () => {
    const spans = [
      view('late', 'a', { startTime: 3000 }),
      view('long', 'a', { startTime: 2000, durationMs: 9 }),
      view('short', 'a', { startTime: 2000, durationMs: 1 }),
      view('a'),
    ];
    expect(text(buildTrees(spans))).toBe('a(short,long,late)');
  });

  it('takes a span whose parent is missing for a root', () => {
    expect(text(buildTrees([view('b', 'gone'), view('c', 'b'), view('a')]))).toBe('a,b(c)');
  });

  it('takes a span that is its own parent for a root', () => {
    expect(text(buildTrees([view('a', 'a'), view('b', 'a')]))).toBe('a(b)');
  });

  it('loses nothing in a cycle', () => {
    expect(text(buildTrees([view('a', 'b'), view('b', 'a')]))).toBe('a(b)');
    expect(text(buildTrees([view('a', 'c'), view('b', 'a'), view('c', 'b'), view('d', 'b')]))).toBe(
      'a(b(c,d))',
    );
    expect(text(buildTrees([view('x'), view('a', 'b'), view('b', 'a'), view('y', 'x')]))).toBe(
      'x(y),a(b)',
    );
  });

  it('loses nothing when an id is there twice', () => {
    const twins = [view('a'), view('a', undefined, { name: 'A', startTime: 5000 }), view('b', 'a')];
    expect(text(buildTrees(twins))).toBe('a(b),A');
  });

  it('does not change what it is given', () => {
    const spans = Object.freeze([view('b', 'a'), view('a')]);
    buildTrees(spans);
    expect(spans.map(({ name }) => name)).toEqual(['b', 'a']);
  });

  it('takes trees deeper than the stack', () => {
    let node: TraceNode | undefined = buildTrees(chain(20_000))[0];
    let depth = 0;
    for (; node !== undefined; node = node.children[0]) depth++;
    expect(depth).toBe(20_000);
  });
});
