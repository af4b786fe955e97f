import { SpanStatusCode, type Span } from '@opentelemetry/api';
import { redactDatabaseMessage } from '../core/redaction/redact-database-message.js';
import {
  ATTR_ERROR_TYPE,
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
  EVENT_EXCEPTION,
} from './attributes.js';

/**
 * Errors that already have their event, with the trace that has it. Each is recorded once per
 * trace, where it was thrown; an error object that an application throws again and again is
 * recorded in each of its traces.
 */
const recordedIn = new WeakMap<object, string>();

/**
 * An HttpException below 500 is an answer, not a failure: a guard that denies, a record that was not
 * found. It is known by its shape, since the application may have its own copy of the class.
 */
export function isExpectedException(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { getStatus } = error as { getStatus?: unknown };
  const isHttpException = typeof getStatus === 'function' && 'getResponse' in error;
  return isHttpException && isStatusBelow500(getStatus.call(error));
}

/**
 * Body parsers and Fastify put the status of the answer into a property. So do the clients of many
 * services with the status they were given, whose refusal is a failure of their caller. At the edge
 * of the application the response tells them apart; anywhere else such an error is a failure.
 */
export function mayBecomeAnswer(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    isStatusBelow500((error as { statusCode?: unknown }).statusCode)
  );
}

function isStatusBelow500(status: unknown): boolean {
  return typeof status === 'number' && status >= 300 && status < 500;
}

/** The name an error goes by in `error.type` and `exception.type`. */
export function errorType(error: unknown): string {
  if (typeof error !== 'object' || error === null) return typeof error;
  const { name } = error as { name?: unknown };
  const className = error.constructor?.name;
  if (typeof className === 'string' && className !== '' && className !== 'Error') return className;
  return typeof name === 'string' && name !== '' ? name : 'Error';
}

/**
 * Marks a span as ended by an exception: `error.type` always, status ERROR and one `exception`
 * event unless the exception is an expected one. An error that passes through several spans is
 * recorded on the first, which is where it was thrown.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/
 */
export function failSpan(span: Span, error: unknown): void {
  span.setAttribute(ATTR_ERROR_TYPE, errorType(error));
  rememberOrigin(span, error);
  if (isExpectedException(error)) return;
  span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
  recordException(span, error);
}

/** Where each error was seen first, also an expected one. */
const origins = new WeakMap<object, { readonly traceId: string; readonly name: string }>();

function rememberOrigin(span: Span, error: unknown): void {
  if (typeof error !== 'object' || error === null) return;
  const { traceId } = span.spanContext();
  const { name } = span as { name?: string };
  if (name === undefined || origins.get(error)?.traceId === traceId) return;
  origins.set(error, { traceId, name });
}

/** The name of the span in whose method an error was thrown, if that is of the same trace. */
export function originOf(span: Span, error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const origin = origins.get(error);
  return origin?.traceId === span.spanContext().traceId ? origin.name : undefined;
}

/** Whether a span of this trace already has the `exception` event of this error. */
export function isRecorded(span: Span, error: object): boolean {
  return recordedIn.get(error) === span.spanContext().traceId;
}

/** Adds the `exception` event, unless a span of this trace already has it for this error. */
export function recordException(span: Span, error: unknown): void {
  if (typeof error === 'object' && error !== null) {
    if (isRecorded(span, error)) return;
    recordedIn.set(error, span.spanContext().traceId);
  }
  const stack = stackOf(error);
  span.addEvent(EVENT_EXCEPTION, {
    [ATTR_EXCEPTION_TYPE]: errorType(error),
    [ATTR_EXCEPTION_MESSAGE]: messageOf(error),
    ...(stack !== undefined && { [ATTR_EXCEPTION_STACKTRACE]: stack }),
  });
}

/** The message of an error, without the values a failed query was run with. */
export function messageOf(error: unknown): string {
  const message = fullMessageOf(error);
  return isQueryError(error)
    ? withoutValues(redactDatabaseMessage(message), error.parameters)
    : message;
}

function fullMessageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);
}

/** The stack of an error, which begins with its message. */
export function stackOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { stack } = error as { stack?: unknown };
  if (typeof stack !== 'string' || !isQueryError(error)) {
    return typeof stack === 'string' ? stack : undefined;
  }
  const message = messageOf(error);
  return withoutValues(
    stack.replace(fullMessageOf(error), () => message),
    error.parameters,
  );
}

/**
 * TypeORM's QueryFailedError carries the values, so they can be taken out of its message. The error
 * of better-sqlite3 may come as it is (TypeORM 0.3, for a text that is no SQL).
 */
function isQueryError(error: unknown): error is { readonly parameters?: unknown } {
  if (typeof error !== 'object' || error === null) return false;
  const { query, code } = error as { query?: unknown; code?: unknown };
  return typeof query === 'string' || (typeof code === 'string' && code.startsWith('SQLITE_'));
}

/**
 * Databases quote offending values in their messages (`Duplicate entry 'ann@example.org' for key`).
 * Values of one or two characters stay: they identify nobody and would tear words apart.
 */
export function withoutValues(text: string, parameters: unknown): string {
  if (!Array.isArray(parameters)) return text;
  const values = (parameters as unknown[])
    .flat()
    .slice(0, MAX_VALUES)
    .flatMap((value) => (typeof value === 'string' || typeof value === 'number' ? `${value}` : []))
    .filter((value) => value.length > 2);
  // The longest first: a value that is part of another one would leave the rest of it behind.
  return values
    .toSorted((a, b) => b.length - a.length)
    .reduce((result, value) => result.replaceAll(value, '?'), text);
}

/** Of a bulk insert with thousands of values, one look at each would cost more than the query. */
const MAX_VALUES = 200;
