import { describe, expect, it } from 'vitest';
import type { StoredSpan } from '../../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';
import { childRows, treeOf } from '../../../../../libs/nestrace/src/sinks/panel/tree/trace-tree.js';
import { span, T0, trace } from '../support/trace-builder.js';

function idsOf(spans: readonly StoredSpan[]): readonly string[] {
  return treeOf(trace(spans)).rows.map(({ id }) => id);
}

describe('treeOf', () => {
  it('puts parents before children, and siblings by their start', () => {
    const ids = idsOf([
      span('late', 'root', { at: 5 }),
      span('early', 'root', { at: 1 }),
      span('below', 'late', { at: 6 }),
      span('root', undefined),
    ]);
    expect(ids).toEqual(['root', 'early', 'late', 'below']);
  });

  it('knows the parent of each row, and where what is below it ends', () => {
    const { rows } = treeOf(
      trace([span('a', undefined), span('b', 'a'), span('c', 'b'), span('d', 'a', { at: 2 })]),
    );
    expect(rows.map(({ parent }) => parent)).toEqual([-1, 0, 1, 0]);
    expect(rows.map(({ end }) => end)).toEqual([4, 3, 3, 4]);
  });

  it('walks the children of a row, or all that are at the top', () => {
    const tree = treeOf(
      trace([span('a', undefined), span('b', 'a'), span('c', 'b'), span('d', 'a', { at: 2 })]),
    );
    expect([...childRows(tree, 0)]).toEqual([1, 3]);
    expect([...childRows(tree, -1)]).toEqual([0]);
  });

  it('is made once for a trace', () => {
    const stored = trace([span('a', undefined)]);
    expect(treeOf(stored)).toBe(treeOf(stored));
  });

  it('gives a parent that has not come here a place around its children', () => {
    const { rows, root } = treeOf(
      trace([
        span('a', undefined),
        span('b', 'lost', { at: 3, for: 2 }),
        span('c', 'lost', { at: 4, for: 5 }),
      ]),
    );
    expect(rows.map(({ id }) => id)).toEqual(['a', 'lost', 'b', 'c']);
    expect(rows[1]).toMatchObject({ span: undefined, parent: -1, startMs: T0 + 3, endMs: T0 + 9 });
    expect(rows[2]?.parent).toBe(1);
    expect(root).toBe(0);
  });

  it('needs none where all of it continues one trace of another process', () => {
    const ids = idsOf([span('a', 'upstream', { hasRemoteParent: true }), span('b', 'a')]);
    expect(ids).toEqual(['a', 'b']);
  });

  it('shows the place of a caller in another process that called twice', () => {
    const ids = idsOf([
      span('a', 'upstream', { hasRemoteParent: true }),
      span('b', 'upstream', { hasRemoteParent: true, at: 5 }),
    ]);
    expect(ids).toEqual(['upstream', 'a', 'b']);
  });

  it('loses nothing to a cycle', () => {
    const { rows } = treeOf(
      trace([
        span('root', undefined),
        span('a', 'c', { at: 3 }),
        span('b', 'a', { at: 2 }),
        span('c', 'b', { at: 4 }),
        span('leaf', 'c', { at: 5 }),
      ]),
    );
    expect(rows.map(({ id }) => id)).toEqual(['root', 'b', 'c', 'a', 'leaf']);
    expect(rows.map(({ inCycle }) => inCycle)).toEqual([false, true, true, true, false]);
    expect(rows[1]?.parent).toBe(-1);
  });

  it('survives a span that is its own parent, alone or with others', () => {
    expect(idsOf([span('a', 'a')])).toEqual(['a']);
    const { rows, root } = treeOf(trace([span('a', 'a'), span('b', 'a')]));
    expect(rows.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(root).toBe(0);
  });

  it('keeps every span of those that share an id', () => {
    const ids = idsOf([
      span('root', undefined),
      span('same', 'root', { at: 1 }),
      span('same', 'root', { at: 2 }),
      span('below', 'same', { at: 3 }),
      span('same', 'same', { at: 4 }),
    ]);
    expect(ids.filter((id) => id === 'same')).toHaveLength(3);
    expect(ids).toHaveLength(5);
  });

  it('takes ids for what they are: names of every object among them', () => {
    const ids = idsOf([span('__proto__', undefined), span('constructor', '__proto__')]);
    expect(ids).toEqual(['__proto__', 'constructor']);
  });

  it('makes times of what is none', () => {
    const { startMs, endMs, rows } = treeOf(
      trace([
        span('a', undefined, { startMs: Number.NaN, durationMs: Number.POSITIVE_INFINITY }),
        span('b', 'a', { startMs: -5, durationMs: -1 }),
        span('c', 'a', { startMs: Number.MAX_VALUE, durationMs: 3 }),
      ]),
    );
    expect([startMs, endMs]).toEqual([T0, T0 + 3]);
    expect(rows.every((row) => row.endMs >= row.startMs)).toBe(true);
  });

  it('has no rows for a trace without spans', () => {
    expect(treeOf(trace([]))).toMatchObject({ rows: [], root: -1, startMs: T0, endMs: T0 });
  });

  it('does not care how deep a chain of calls is', () => {
    const spans = Array.from({ length: 20_000 }, (_, index) =>
      span(`s${index}`, index === 0 ? undefined : `s${index - 1}`, { at: index }),
    );
    const { rows } = treeOf(trace(spans.toReversed()));
    expect(rows.map(({ id }) => id)).toEqual(spans.map(({ spanId }) => spanId));
    expect(rows[0]?.end).toBe(20_000);
  });

  it.each([
    ['the one without a parent', [span('a', 'x'), span('b', undefined, { at: 9 })], 'b'],
    [
      'else the one whose parent is in another process',
      [span('a', 'x'), span('b', 'y', { hasRemoteParent: true, at: 9 })],
      'b',
    ],
    ['else the first', [span('a', 'x', { at: 9 }), span('b', 'y', { at: 1 })], 'b'],
  ])('takes for the root %s', (_, spans, expected) => {
    const { rows, root } = treeOf(trace(spans));
    expect(rows[root]?.id).toBe(expected);
  });
});
