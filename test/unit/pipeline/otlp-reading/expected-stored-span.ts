import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type HrTime } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { ReadingLimits } from '../../../../libs/nestrace/src/pipeline/otlp-reading/reading.js';
import type { StoredSpan } from '../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';
import { recordSpans } from '../../../support/recorded-spans.js';

export const LIMITS: ReadingLimits = {
  maxAttributes: 128,
  maxEvents: 128,
  maxLinks: 128,
  maxValueLength: 8192,
};

export const REMOTE = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: '00f067aa0ba902b7',
  traceFlags: 1,
  isRemote: true,
} as const;

/** Spans with everything a span can have. */
export function richSpans(): ReadableSpan[] {
  return recordSpans((tracer) => {
    const root = tracer.startSpan(
      'root',
      { kind: SpanKind.SERVER, startTime: [1_700_000_000, 123_456_789] },
      trace.setSpanContext(ROOT_CONTEXT, REMOTE),
    );
    root.setAttributes({
      text: 'täxt \u{1f600}',
      empty: '',
      yes: true,
      no: false,
      zero: 0,
      whole: 42,
      negative: -42,
      large: 2 ** 40,
      beyondSafe: 2 ** 60,
      fraction: 0.1,
      negativeFraction: -1.5,
      tiny: 5e-324,
      texts: ['a', '', 'c'],
      numbers: [1, 2.5, -3],
      flags: [true, false],
      nothing: [],
    });
    root.addEvent('cache miss', { key: 'orders:1', tries: 3 }, [1_700_000_000, 223_456_789]);
    root.addEvent('bare', [1_700_000_000, 323_456_789]);
    const child = tracer.startSpan(
      'child',
      {
        kind: SpanKind.PRODUCER,
        startTime: [1_700_000_001, 1],
        links: [
          { context: { ...REMOTE, traceFlags: 0 }, attributes: { why: 'batch', size: 2 } },
          { context: root.spanContext() },
        ],
      },
      trace.setSpan(ROOT_CONTEXT, root),
    );
    child.setStatus({ code: SpanStatusCode.ERROR, message: 'queue is full' });
    child.end([1_700_000_001, 999_999_999]);
    root.setStatus({ code: SpanStatusCode.OK });
    root.end([1_700_000_002, 0]);
  });
}

/** What has to be kept of a span that came over the wire. */
export function expectedStoredSpan(span: ReadableSpan): StoredSpan {
  const { traceId, spanId } = span.spanContext();
  const parent = span.parentSpanContext;
  return {
    traceId,
    spanId,
    parentSpanId: parent?.spanId,
    hasRemoteParent: parent?.isRemote === true,
    name: span.name,
    kind: span.kind,
    startMs: milliseconds(span.startTime),
    durationMs: (span.duration[0] * 1e9 + span.duration[1]) / 1e6,
    isOpen: false,
    statusCode: span.status.code,
    statusMessage: span.status.message,
    attributes: span.attributes,
    events: span.events.map(({ name, time, attributes = {} }) => ({
      name,
      timeMs: milliseconds(time),
      attributes,
    })),
    links: span.links.map(({ context, attributes = {} }) => ({
      context: { traceId: context.traceId, spanId: context.spanId },
      attributes,
    })),
    source: {
      service: 'orders',
      resource: span.resource.attributes,
      scope: { name: 'tests', version: '0.0.1' },
      isReceived: true,
    },
    isSampled: true,
    dropped: {
      attributes: span.droppedAttributesCount,
      events: span.droppedEventsCount,
      links: span.droppedLinksCount,
    },
    redacted: undefined,
    incoming: undefined,
    injected: undefined,
  };
}

function milliseconds([seconds, nanoseconds]: HrTime): number {
  return seconds * 1000 + nanoseconds / 1e6;
}
