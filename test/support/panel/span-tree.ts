import type { SpanView } from 'nestrace/testing';

export interface TreeSpan {
  readonly name: string;
  /** 1 is the root. */
  readonly level: number;
  readonly durationMs: number;
}

/** Spans of a trace in the order of a waterfall: parents first, siblings by their start. */
export function treeOf(spans: readonly SpanView[]): readonly TreeSpan[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const parentOf = ({ parentSpanId: id }: SpanView): string | undefined =>
    id !== undefined && ids.has(id) ? id : undefined;
  const tree: TreeSpan[] = [];
  const add = (parent: string | undefined, level: number): void => {
    const children = spans.filter((span) => parentOf(span) === parent);
    for (const { name, durationMs, spanId } of children.toSorted(byStart)) {
      tree.push({ name, level, durationMs });
      add(spanId, level + 1);
    }
  };
  add(undefined, 1);
  return tree;
}

const byStart = (a: SpanView, b: SpanView): number => a.startTime - b.startTime;

const MS: Readonly<Record<string, number>> = { µs: 0.001, ms: 1, s: 1000 };

/** Whether a text such as `4.21 ms` says a duration, with three digits or down to the microsecond. */
export function tellsDuration(text: string, durationMs: number): boolean {
  const [number = '', unit = ''] = text.split(' ');
  const shown = Number(number) * (MS[unit] ?? Number.NaN);
  return Math.abs(shown - durationMs) <= Math.max(durationMs * 0.005, 0.001);
}
