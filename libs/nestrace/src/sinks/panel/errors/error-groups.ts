import { basename } from 'node:path';
import { ATTR_URL_QUERY } from '../../../pipeline/attributes.js';
import type { SpanStore } from '../../../pipeline/span-store/span-store.js';
import type { StoredTrace } from '../../../pipeline/span-store/stored-span.js';
import type { ErrorDetail, ErrorGroup, ErrorList, TraceErrors } from '../contract/index.js';
import { textOf } from '../spans/read-attributes.js';
import { shownException } from '../spans/shown-exception.js';
import { parseStack, topInApp } from '../spans/stack-frames.js';
import { hashOf } from '../sql/fingerprint.js';
import { nameOf, requestOf, traceName } from '../traces/entry.js';
import { toMicros } from '../tree/span-times.js';
import { treeOf } from '../tree/trace-tree.js';
import { errorItemsOf, type ErrorItem } from './error-items.js';
import { entryAround, handlingOf } from './handling.js';
import { traceLogs } from './log-lines.js';

const MAX_GROUPS = 500;
const MAX_SAMPLES = 20;
const MAX_LOGS = 50;
const MAX_PATH = 100;

/** An error with what it is grouped by. */
interface PlacedError {
  readonly trace: StoredTrace;
  readonly item: ErrorItem;
  readonly place: string;
  readonly route: string;
  readonly fingerprint: string;
  readonly handling: ErrorGroup['handling'];
  readonly httpStatus: number | undefined;
}

const placed = new WeakMap<StoredTrace, readonly PlacedError[]>();

/** Errors of all traces, the same one at the same place once; the last seen first. */
export function errorList(store: SpanStore): ErrorList {
  const groups = [...gather(store).values()].flatMap((all) => groupOf(all) ?? []);
  return { groups: groups.toSorted((a, b) => b.lastMs - a.lastMs).slice(0, MAX_GROUPS) };
}

/** One of them with its newest occurrence in full. */
export function errorDetail(store: SpanStore, fingerprint: string): ErrorDetail | undefined {
  const all = gather(store).get(fingerprint) ?? [];
  const group = groupOf(all);
  const newest = newestOf(all);
  if (group === undefined || newest === undefined) return undefined;
  const { trace, item } = newest;
  const request = requestLine(newest);
  const untilMicros = toMicros(item.timeMs - treeOf(trace).startMs);
  const before = traceLogs(trace).lines.filter(({ at }) => at <= untilMicros);
  const times = new Map(all.map((error) => [error.trace.traceId, error.item.timeMs]));
  return {
    group,
    exception: shownException(item, !item.span.source.isReceived),
    path: pathTo(trace, item.row),
    logs: before.slice(-MAX_LOGS),
    ...(request !== undefined && { request }),
    samples: [...times]
      .map(([traceId, startMs]) => ({ traceId, startMs }))
      .toSorted((a, b) => b.startMs - a.startMs)
      .slice(0, MAX_SAMPLES),
  };
}

/** The errors of one trace, in the order of time. */
export function traceErrors(trace: StoredTrace): TraceErrors {
  return {
    errors: errorsOf(trace).map(({ item, handling, fingerprint }) => ({
      row: item.row,
      spanId: item.span.spanId,
      spanName: nameOf(item.span),
      exception: shownException(item, !item.span.source.isReceived),
      handling,
      fingerprint,
      path: pathTo(trace, item.row),
    })),
  };
}

function errorsOf(trace: StoredTrace): readonly PlacedError[] {
  let errors = placed.get(trace);
  if (errors === undefined) {
    errors = errorItemsOf(trace).map((item) => placeError(trace, item));
    placed.set(trace, errors);
  }
  return errors;
}

function placeError(trace: StoredTrace, item: ErrorItem): PlacedError {
  const entry = entryAround(treeOf(trace), item.row);
  const place = placeOf(item);
  const route = entry === undefined ? traceName(trace) : nameOf(entry);
  return {
    trace,
    item,
    place,
    route,
    fingerprint: hashOf(item.type, place, route),
    handling: handlingOf(entry),
    httpStatus: entry && requestOf(entry).status,
  };
}

/** `orders.service.ts:41 OrdersService.place`; without a stack, the span. */
function placeOf({ stack, span }: ErrorItem): string {
  const frames = parseStack(stack ?? '');
  const top = topInApp(frames) ?? frames[0];
  const file = top?.frame.file;
  if (file === undefined) return top?.method ?? nameOf(span);
  return `${basename(file)}:${top?.frame.line ?? 0} ${top?.method ?? ''}`.trim();
}

function gather(store: SpanStore): ReadonlyMap<string, readonly PlacedError[]> {
  const groups = new Map<string, PlacedError[]>();
  for (const traceId of store.traceIds()) {
    const trace = store.trace(traceId);
    for (const error of trace === undefined ? [] : errorsOf(trace)) {
      const group = groups.get(error.fingerprint);
      if (group === undefined) groups.set(error.fingerprint, [error]);
      else group.push(error);
    }
  }
  return groups;
}

function groupOf(all: readonly PlacedError[]): ErrorGroup | undefined {
  const newest = newestOf(all);
  if (newest === undefined) return undefined;
  const { item, trace, httpStatus } = newest;
  return {
    fingerprint: newest.fingerprint,
    type: item.type,
    message: item.message,
    place: newest.place,
    route: newest.route,
    count: all.length,
    firstMs: all.reduce((first, error) => Math.min(first, error.item.timeMs), Infinity),
    lastMs: item.timeMs,
    traceId: trace.traceId,
    spanId: item.span.spanId,
    ...(httpStatus !== undefined && { httpStatus }),
    handling: newest.handling,
  };
}

function newestOf(all: readonly PlacedError[]): PlacedError | undefined {
  const [first, ...others] = all;
  return others.reduce<PlacedError | undefined>((newest, error) => {
    return newest !== undefined && error.item.timeMs >= newest.item.timeMs ? error : newest;
  }, first);
}

/** From the root to where it was thrown. */
function pathTo(trace: StoredTrace, row: number): ErrorDetail['path'] {
  const tree = treeOf(trace);
  const path: { spanId: string; name: string }[] = [];
  for (let at = row; at !== -1 && path.length < MAX_PATH; at = tree.rows[at]?.parent ?? -1) {
    const { span, id = '' } = tree.rows[at] ?? {};
    path.push({ spanId: id, name: span === undefined ? 'missing span' : nameOf(span) });
  }
  return path.toReversed();
}

/** `POST /orders?dry=1` */
function requestLine({ trace, item }: PlacedError): string | undefined {
  const entry = entryAround(treeOf(trace), item.row);
  if (entry === undefined) return undefined;
  const { method, path } = requestOf(entry);
  if (method === undefined || path === undefined) return undefined;
  const query = textOf(entry.attributes, ATTR_URL_QUERY);
  return query === undefined ? `${method} ${path}` : `${method} ${path}?${query}`;
}
