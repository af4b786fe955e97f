import type { OtlpSpan } from '../receivers/otlp-span.js';

/**
 * Received spans as the demo draws them: one line each, name and kind, indented by depth; siblings in
 * the order they began; the service where there are several and it is another one than above.
 */
export function drawSpans(spans: readonly OtlpSpan[]): string {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const byStart = spans.toSorted((a, b) => Number(a.startNs - b.startNs));
  const hasOneService = new Set(spans.map(serviceOf)).size === 1;

  const draw = (span: OtlpSpan, depth: number, above: unknown): readonly string[] => {
    const service = serviceOf(span);
    const prefix = hasOneService || service === above ? '' : `[${service}] `;
    const kind = span.kind === 'INTERNAL' ? 'internal' : span.kind;
    return [
      `${'  '.repeat(depth)}${prefix}${span.name} ${kind}`,
      ...byStart
        .filter(({ parentSpanId }) => parentSpanId === span.spanId)
        .flatMap((child) => draw(child, depth + 1, service)),
    ];
  };
  return byStart
    .filter(({ parentSpanId }) => !ids.has(parentSpanId))
    .flatMap((root) => draw(root, 0, undefined))
    .join('\n');
}

function serviceOf({ resource }: OtlpSpan): unknown {
  return resource['service.name'];
}
