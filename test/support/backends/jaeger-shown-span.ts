import type { AttributeValue } from '@opentelemetry/api';

/** A trace as the pages of Jaeger get it, in Jaeger's own form. */
export interface ShownTrace {
  readonly spans: readonly WireSpan[];
  readonly processes: Readonly<
    Record<string, { readonly serviceName: string; readonly tags?: readonly WireTag[] }>
  >;
}

interface WireSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly {
    readonly refType: 'CHILD_OF' | 'FOLLOWS_FROM';
    readonly traceID: string;
    readonly spanID: string;
  }[];
  /** Microseconds, as is the duration. */
  readonly startTime: number;
  readonly duration: number;
  readonly tags: readonly WireTag[];
  readonly logs: readonly { readonly timestamp: number; readonly fields: readonly WireTag[] }[];
  readonly processID: string;
  readonly warnings: readonly string[] | null;
}

interface WireTag {
  readonly key: string;
  readonly type: string;
  readonly value: string | number | boolean;
}

export type Tags = Readonly<Record<string, AttributeValue>>;

/** A span on the pages of Jaeger. */
export interface ShownSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly service: string;
  readonly startUs: number;
  readonly durationUs: number;
  /** Relation, trace and span. */
  readonly references: readonly string[];
  readonly tags: Tags;
  readonly logs: readonly { readonly timeUs: number; readonly fields: Tags }[];
  readonly processTags: Tags;
  readonly warnings: readonly string[];
}

export function shownSpansOf({ spans, processes }: ShownTrace): readonly ShownSpan[] {
  return spans.map((span) => ({
    traceId: span.traceID,
    spanId: span.spanID,
    name: span.operationName,
    service: processes[span.processID]?.serviceName ?? '',
    startUs: span.startTime,
    durationUs: span.duration,
    references: span.references.map(
      ({ refType, traceID, spanID }) => `${refType} ${traceID} ${spanID}`,
    ),
    tags: tagsOf(span.tags),
    logs: byTime(
      span.logs.map(({ timestamp, fields }) => ({ timeUs: timestamp, fields: tagsOf(fields) })),
    ),
    processTags: tagsOf(processes[span.processID]?.tags ?? []),
    warnings: span.warnings ?? [],
  }));
}

/** As the pages do: the order Jaeger gives depends on whether anybody has asked for OTLP before. */
export function byTime(logs: ShownSpan['logs']): ShownSpan['logs'] {
  return logs.toSorted((a, b) => a.timeUs - b.timeUs);
}

function tagsOf(tags: readonly WireTag[]): Tags {
  const names = new Set(tags.map(({ key }) => key));
  if (names.size < tags.length) throw new Error('a tag is there twice');
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}
