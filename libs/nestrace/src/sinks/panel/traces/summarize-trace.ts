import { SpanStatusCode } from '@opentelemetry/api';
import { ATTR_NEST_TRACE_OMITTED_SPANS } from '../../../pipeline/attributes.js';
import type { StoredSpan, StoredTrace } from '../../../pipeline/span-store/stored-span.js';
import type { TraceSummary } from '../contract/index.js';
import { errorItemsOf, type ErrorItem } from '../errors/error-items.js';
import { numberOf } from '../spans/read-attributes.js';
import { repeatsOf } from '../sql/repeats.js';
import { queriesOf } from '../sql/trace-queries.js';
import { isSlow } from '../sql/trace-sql.js';
import { durationMsOf, roundMs, startMsOf } from '../tree/span-times.js';
import type { AnalysisSettings } from './analysis-settings.js';
import { entryOf, nameOf, requestOf, rootSpan } from './entry.js';
import type { NoiseFilter } from './noise.js';
import { waitingNote } from './waiting.js';

const MAX_NOTE = 200;
const MAX_SERVICES = 20;

/** One line of the list, without what it takes other traces to know. */
export function summarizeTrace(
  trace: StoredTrace,
  settings: AnalysisSettings,
  noise: NoiseFilter,
): TraceSummary {
  const root = rootSpan(trace);
  if (root === undefined) return emptySummary(trace);
  const { spans } = trace;
  const request = requestOf(root);
  const errors = errorItemsOf(trace);
  const queries = queriesOf(trace);
  const repeats = repeatsOf(trace, settings);
  const status = statusOf(root, request.status);
  const entry = entryOf(root, spans);
  const nPlusOne = repeats.filter(({ kind }) => kind === 'n+1').length;
  const isCalm = errors.length === 0 && status !== 'error';
  return {
    ...emptySummary(trace),
    ...timesOf(trace),
    name: nameOf(root),
    entry,
    ...defined({
      method: request.method,
      route: request.route,
      path: request.path,
      httpStatus: request.status,
      note: noteOf(trace, errors, root, status),
      notExported: isUnsampled(spans) ? true : undefined,
      orphan: isOrphan(root) ? true : undefined,
      omittedSpans: omittedOf(trace) || undefined,
      noise: isCalm ? noise.noiseOf(root, entry, request.path) : undefined,
    }),
    status,
    queries: queries.length,
    slowQueries: queries.filter((query) => isSlow(query, settings)).length,
    nPlusOne,
    fanOut: repeats.length - nPlusOne,
    errors: errors.length,
    services: servicesOf(root, spans),
  };
}

function emptySummary({ traceId, seq, firstSeenMs, spans, openSpans }: StoredTrace): TraceSummary {
  return {
    id: traceId,
    seq,
    name: `trace ${traceId}`,
    entry: 'other',
    status: 'unset',
    startMs: firstSeenMs,
    durationMs: 0,
    inFlight: openSpans > 0,
    spans: spans.length,
    openSpans,
    queries: 0,
    slowQueries: 0,
    nPlusOne: 0,
    fanOut: 0,
    errors: 0,
    services: [],
  };
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Leaves out what is not known, so that it is not in the JSON either. */
function defined<T extends object>(values: T): Defined<T> {
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as Defined<T>;
}

function timesOf({ spans, firstSeenMs }: StoredTrace): { startMs: number; durationMs: number } {
  let first = Infinity;
  let last = -Infinity;
  for (const span of spans) {
    const start = startMsOf(span, firstSeenMs);
    first = Math.min(first, start);
    last = Math.max(last, start + durationMsOf(span));
  }
  return { startMs: first, durationMs: roundMs(last - first) };
}

function statusOf(
  { statusCode }: StoredSpan,
  httpStatus: number | undefined,
): TraceSummary['status'] {
  if (statusCode === SpanStatusCode.ERROR || (httpStatus ?? 0) >= 500) return 'error';
  return statusCode === SpanStatusCode.OK || httpStatus !== undefined ? 'ok' : 'unset';
}

function noteOf(
  { spans, openSpans }: StoredTrace,
  [error]: readonly ErrorItem[],
  root: StoredSpan,
  status: TraceSummary['status'],
): string | undefined {
  if (error !== undefined) return oneLine(`${error.type}: ${error.message}`);
  if (openSpans > 0) return waitingNote(spans)?.slice(0, MAX_NOTE);
  return status === 'error' && root.statusMessage ? oneLine(root.statusMessage) : undefined;
}

function oneLine(text: string): string {
  const line = text
    .slice(0, 10 * MAX_NOTE)
    .replace(/\s+/g, ' ')
    .replace(/:? $/, '');
  return line.length > MAX_NOTE ? `${line.slice(0, MAX_NOTE - 1)}…` : line;
}

/** Whether the sampler of this process said no to all of it. */
function isUnsampled(spans: readonly StoredSpan[]): boolean {
  return spans.length > 0 && spans.every((span) => !span.isSampled && !span.source.isReceived);
}

/** One whose caller is in another process is the root of what can be known here. */
function isOrphan({ parentSpanId, hasRemoteParent }: StoredSpan): boolean {
  return parentSpanId !== undefined && parentSpanId !== '' && !hasRemoteParent;
}

/** What the store had no room for, and what had been left out before. */
export function omittedOf({ spans, omittedSpans }: StoredTrace): number {
  return spans.reduce(
    (sum, { attributes }) => sum + (numberOf(attributes, ATTR_NEST_TRACE_OMITTED_SPANS) ?? 0),
    omittedSpans,
  );
}

function servicesOf(root: StoredSpan, spans: readonly StoredSpan[]): readonly string[] {
  const services = new Set([root.source.service]);
  for (const { source } of spans) {
    if (services.size >= MAX_SERVICES) break;
    services.add(source.service);
  }
  return [...services];
}
