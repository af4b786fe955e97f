import { SpanKind } from '@opentelemetry/api';
import {
  ATTR_DB_RESPONSE_RETURNED_ROWS,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_NEST_DB_TRANSACTION_OUTCOME,
  ATTR_NEST_FOLDED_COUNT,
  ATTR_NEST_FOLDED_DURATION_MS,
  ATTR_NEST_GUARD_OUTCOME,
  ATTR_NEST_PIPE_ARGUMENT,
  ATTR_NEST_PIPE_SOURCE,
  ATTR_URL_FULL,
  ATTR_URL_PATH,
  LEGACY,
} from '../../../pipeline/attributes.js';
import type { StoredSpan } from '../../../pipeline/span-store/stored-span.js';
import { numberOf, textOf } from '../spans/read-attributes.js';

const MAX_LENGTH = 80;

/**
 * What a name does not say and one wants to know at first sight: whom a call went to, what a guard
 * decided, which argument a pipe was for. Empty where the name says it all.
 */
export function rowNote({ kind, attributes }: StoredSpan): string {
  const notes = [
    kind === SpanKind.CLIENT ? calledHost(attributes) : undefined,
    kind === SpanKind.SERVER && textOf(attributes, ATTR_HTTP_ROUTE) === undefined
      ? textOf(attributes, ATTR_URL_PATH)
      : undefined,
    statusOf(attributes),
    textOf(attributes, ATTR_NEST_GUARD_OUTCOME),
    argumentOf(attributes),
    rowsOf(attributes),
    textOf(attributes, ATTR_NEST_DB_TRANSACTION_OUTCOME),
    callsOf(attributes),
  ].filter((note) => note !== undefined && note !== '');
  const text = notes.join(' · ');
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;
}

type Attributes = StoredSpan['attributes'];

/** Host and path: the name of a call is its method alone. */
function calledHost(attributes: Attributes): string | undefined {
  return textOf(attributes, ATTR_URL_FULL, LEGACY.HTTP_URL)
    ?.replace(/^\w+:\/\//, '')
    .replace(/[?#].*$/, '');
}

function statusOf(attributes: Attributes): string | undefined {
  const status = numberOf(attributes, ATTR_HTTP_RESPONSE_STATUS_CODE, LEGACY.HTTP_STATUS_CODE);
  return status === undefined ? undefined : String(status);
}

/** `param id`, or `body` where all of it was asked for. */
function argumentOf(attributes: Attributes): string | undefined {
  const source = textOf(attributes, ATTR_NEST_PIPE_SOURCE);
  const name = textOf(attributes, ATTR_NEST_PIPE_ARGUMENT);
  return source === undefined || name === undefined ? source : `${source} ${name}`;
}

function rowsOf(attributes: Attributes): string | undefined {
  const rows = numberOf(attributes, ATTR_DB_RESPONSE_RETURNED_ROWS);
  return rows === undefined ? undefined : rows === 1 ? '1 row' : `${rows} rows`;
}

/** What one span stands for. */
function callsOf(attributes: Attributes): string | undefined {
  const calls = numberOf(attributes, ATTR_NEST_FOLDED_COUNT);
  const ms = numberOf(attributes, ATTR_NEST_FOLDED_DURATION_MS);
  return calls === undefined ? undefined : `${calls} calls, ${ms ?? '?'} ms in all`;
}
