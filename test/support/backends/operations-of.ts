import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** Names and kinds of spans, each once. */
export function operationsOf(spans: readonly ReadableSpan[]): readonly string[] {
  return distinct(spans.map(({ name, kind }) => `${name} ${SpanKind[kind].toLowerCase()}`));
}

export function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted();
}
