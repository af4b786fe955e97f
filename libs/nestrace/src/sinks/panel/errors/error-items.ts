import {
  ATTR_ERROR_TYPE,
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
  EVENT_EXCEPTION,
} from '../../../pipeline/attributes.js';
import type {
  StoredEvent,
  StoredSpan,
  StoredTrace,
} from '../../../pipeline/span-store/stored-span.js';
import { textOf } from '../spans/read-attributes.js';
import { isError } from '../spans/span-kinds.js';
import { requestOf } from '../traces/entry.js';
import { targetOf } from '../traces/target.js';
import { treeOf, type TraceTree } from '../tree/trace-tree.js';

/** One thing that went wrong in a trace. */
export interface ErrorItem {
  readonly row: number;
  readonly span: StoredSpan;
  readonly timeMs: number;
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
}

const NONE: readonly ErrorItem[] = [];
const items = new WeakMap<StoredTrace, readonly ErrorItem[]>();

/**
 * The exceptions of a trace, and the spans that failed without one. An error marks every span it
 * passes; here it counts once.
 */
export function errorItemsOf(trace: StoredTrace): readonly ErrorItem[] {
  let found = items.get(trace);
  if (found === undefined) {
    const isClean = trace.spans.every((span) => !isError(span) && !span.events.some(isException));
    found = isClean ? NONE : findErrors(trace);
    items.set(trace, found);
  }
  return found;
}

export function isException({ name }: StoredEvent): boolean {
  return name === EVENT_EXCEPTION;
}

export function exceptionOf(event: StoredEvent): Pick<ErrorItem, 'type' | 'message' | 'stack'> {
  const { attributes } = event;
  return {
    type: textOf(attributes, ATTR_EXCEPTION_TYPE) ?? 'Error',
    message: textOf(attributes, ATTR_EXCEPTION_MESSAGE) ?? '',
    stack: textOf(attributes, ATTR_EXCEPTION_STACKTRACE),
  };
}

function findErrors(trace: StoredTrace): readonly ErrorItem[] {
  const tree = treeOf(trace);
  const { isBelowException, hasErrorBelow } = surroundings(tree);
  const found: ErrorItem[] = [];
  tree.rows.forEach(({ span, startMs, endMs }, row) => {
    if (span === undefined) return;
    const exceptions = span.events.filter(isException);
    for (const event of exceptions) {
      const timeMs = Number.isFinite(event.timeMs) ? event.timeMs : startMs;
      found.push({ row, span, timeMs, ...exceptionOf(event) });
    }
    const explained =
      exceptions.length > 0 || isBelowException[row] === 1 || hasErrorBelow[row] === 1;
    if (isError(span) && !explained) {
      found.push({ row, span, timeMs: endMs, ...failureOf(span), stack: undefined });
    }
  });
  return withoutEchoes(found).toSorted((a, b) => a.timeMs - b.timeMs);
}

/** An answer that is a failure has its status for a type. */
function failureOf(span: StoredSpan): Pick<ErrorItem, 'type' | 'message'> {
  const type = textOf(span.attributes, ATTR_ERROR_TYPE) ?? 'Error';
  const { method, status } = requestOf(span);
  if (status === undefined || type !== String(status)) {
    return { type, message: span.statusMessage ?? '' };
  }
  const target = [method, targetOf(span) ?? span.name].filter((text) => text !== undefined);
  return { type: `HTTP ${status}`, message: span.statusMessage || target.join(' ') };
}

/** What an exception has passed beside its way up, an interceptor for one, failed with it. */
function withoutEchoes(found: readonly ErrorItem[]): readonly ErrorItem[] {
  const keyOf = ({ type, message }: ErrorItem): string => `${type}\0${message}`;
  const isThrown = ({ span }: ErrorItem): boolean => span.events.some(isException);
  const thrown = new Set(found.filter(isThrown).map(keyOf));
  return found.filter((item) => isThrown(item) || !thrown.has(keyOf(item)));
}

/** What failed above and below each row. Parents stand before their children. */
function surroundings({ rows }: TraceTree): {
  isBelowException: Uint8Array;
  hasErrorBelow: Uint8Array;
} {
  const isBelowException = new Uint8Array(rows.length);
  const hasErrorBelow = new Uint8Array(rows.length);
  rows.forEach(({ parent }, row) => {
    const above = rows[parent]?.span;
    if (above === undefined) return;
    const isThrown = above.events.some(isException);
    isBelowException[row] = isThrown ? 1 : (isBelowException[parent] ?? 0);
  });
  for (let row = rows.length - 1; row >= 0; row--) {
    const { span, parent } = rows[row] ?? {};
    if (span === undefined || parent === undefined || parent === -1) continue;
    const isFailed = hasErrorBelow[row] === 1 || isError(span) || span.events.some(isException);
    if (isFailed) hasErrorBelow[parent] = 1;
  }
  return { isBelowException, hasErrorBelow };
}
