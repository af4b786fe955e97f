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
  const below = (parent: string | undefined, level: number): TreeSpan[] =>
    spans
      .filter(
        ({ parentSpanId: id }) => (id !== undefined && ids.has(id) ? id : undefined) === parent,
      )
      .toSorted((a, b) => a.startTime - b.startTime)
      .flatMap(({ name, durationMs, spanId }) => [
        { name, level, durationMs },
        ...below(spanId, level + 1),
      ]);
  return below(undefined, 1);
}

const MS: Readonly<Record<string, number>> = { µs: 0.001, ms: 1, s: 1000 };

/** Whether a text such as `4.21 ms` says a duration, with three digits or down to the microsecond. */
export function tellsDuration(text: string, durationMs: number): boolean {
  const [number = '', unit = ''] = text.split(' ');
  const shown = Number(number) * (MS[unit] ?? Number.NaN);
  return Math.abs(shown - durationMs) <= Math.max(durationMs * 0.005, 0.001);
}
