import { SpanKind, SpanStatusCode, type Attributes } from '@opentelemetry/api';
import type {
  SpanSource,
  StoredSpan,
  StoredTrace,
} from '../../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';
import type { AnalysisSettings } from '../../../../../libs/nestrace/src/sinks/panel/traces/analysis-settings.js';
import { PROBE_PATHS } from '../../../../../libs/nestrace/src/sinks/panel/traces/analysis-settings.js';

/** When every trace here begins, milliseconds since 1970. */
export const T0 = 1_700_000_000_000;

export const SETTINGS: AnalysisSettings = {
  slowMs: 100,
  nPlusOne: { min: 5, minTotalMs: 0 },
  probePaths: PROBE_PATHS,
};

export function sourceNamed(service: string, isReceived = false): SpanSource {
  return { service, resource: { 'service.name': service }, scope: { name: 'test' }, isReceived };
}

const SOURCE = sourceNamed('orders');

/** A span from `at` to `at + for`, in milliseconds since {@link T0}. */
export interface SpanShape extends Partial<Omit<StoredSpan, 'spanId'>> {
  readonly at?: number;
  readonly for?: number;
}

export function span(
  id: string,
  parent: string | undefined,
  { at = 0, for: duration = 1, ...rest }: SpanShape = {},
): StoredSpan {
  return {
    traceId: 't1',
    spanId: id,
    parentSpanId: parent,
    hasRemoteParent: false,
    name: id,
    kind: SpanKind.INTERNAL,
    startMs: T0 + at,
    durationMs: duration,
    isOpen: false,
    statusCode: SpanStatusCode.UNSET,
    statusMessage: undefined,
    attributes: {},
    events: [],
    links: [],
    source: SOURCE,
    isSampled: true,
    dropped: { attributes: 0, events: 0, links: 0 },
    redacted: undefined,
    incoming: undefined,
    injected: undefined,
    ...rest,
  };
}

export function method(
  name: string,
  parent: string | undefined,
  shape: SpanShape = {},
  type = 'provider',
): StoredSpan {
  return span(shape.name ?? name, parent, {
    ...shape,
    name,
    attributes: { 'nest.type': type, 'code.function.name': name, ...shape.attributes },
  });
}

export function request(id: string, shape: SpanShape = {}): StoredSpan {
  return span(id, undefined, {
    kind: SpanKind.SERVER,
    name: 'GET /orders/:id',
    ...shape,
    attributes: {
      'nest.type': 'request',
      'http.request.method': 'GET',
      'http.route': '/orders/:id',
      'url.path': '/orders/42',
      'http.response.status_code': 200,
      ...shape.attributes,
    },
  });
}

export function query(
  id: string,
  parent: string | undefined,
  text: string,
  shape: SpanShape = {},
): StoredSpan {
  return span(id, parent, {
    kind: SpanKind.CLIENT,
    ...shape,
    attributes: {
      'nest.type': 'db.query',
      'db.system.name': 'postgresql',
      'db.query.text': text,
      ...shape.attributes,
    },
  });
}

export function exceptionEvent(
  type: string,
  message: string,
  at = 0,
  stack?: string,
): StoredSpan['events'][number] {
  const attributes: Attributes = { 'exception.type': type, 'exception.message': message };
  if (stack !== undefined) attributes['exception.stacktrace'] = stack;
  return { name: 'exception', timeMs: T0 + at, attributes };
}

export function trace(
  spans: readonly StoredSpan[],
  { traceId = 't1', seq = 1, omittedSpans = 0 }: Partial<StoredTrace> = {},
): StoredTrace {
  return {
    traceId,
    seq,
    spans: spans.map((stored) => ({ ...stored, traceId })),
    openSpans: spans.filter(({ isOpen }) => isOpen).length,
    omittedSpans,
    firstSeenMs: T0,
  };
}
