import type { OtlpSpan } from '../receivers/otlp-span.js';

/** Received spans as a tree: one line each, indented by depth, siblings in the order they began. */
export function drawSpans(spans: readonly OtlpSpan[]): string {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const byStart = spans.toSorted((a, b) => Number(a.startNs - b.startNs));
  const draw = (span: OtlpSpan, depth: number): readonly string[] => [
    `${'  '.repeat(depth)}${span.kind} ${span.name}`,
    ...byStart
      .filter(({ parentSpanId }) => parentSpanId === span.spanId)
      .flatMap((child) => draw(child, depth + 1)),
  ];
  return byStart
    .filter(({ parentSpanId }) => !ids.has(parentSpanId))
    .flatMap((root) => draw(root, 0))
    .join('\n');
}
