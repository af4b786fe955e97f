import { SpanStatusCode, type Attributes, type Span } from '@opentelemetry/api';
import { redactDatabaseMessage } from '../../core/redaction/redact-database-message.js';
import {
  ATTR_DB_QUERY_PARAMETER,
  ATTR_DB_QUERY_SUMMARY,
  ATTR_DB_QUERY_TEXT,
  ATTR_DB_RESPONSE_RETURNED_ROWS,
  ATTR_DB_RESPONSE_STATUS_CODE,
  ATTR_ERROR_TYPE,
  ATTR_NEST_DB_SLOW,
  LEGACY,
} from '../../pipeline/attributes.js';
import { errorType, messageOf, withoutValues } from '../../pipeline/exceptions.js';
import type { DatabaseSystem } from './database-system.js';
import type { QuerySettings } from './query-settings.js';
import type { Statement } from '../../core/sql/statement.js';
import type { BeforeQueryLike } from './typeorm-shapes.js';

/** Attributes a query span starts with. Values of parameters are left out unless asked for. */
export function queryAttributes(
  event: BeforeQueryLike,
  statement: Statement,
  system: DatabaseSystem,
  settings: QuerySettings,
): Attributes {
  const attributes = system.attributesFor(event.queryRunner, settings.legacyNames);
  if (statement.summary !== '') attributes[ATTR_DB_QUERY_SUMMARY] = statement.summary;
  if (settings.captureQueryText) {
    const text = queryText(event, statement, system, settings.maxQueryTextLength);
    attributes[ATTR_DB_QUERY_TEXT] = text;
    if (settings.legacyNames) attributes[LEGACY.DB_STATEMENT] = text;
  }
  if (settings.legacyNames) {
    attributes[LEGACY.DB_OPERATION] = statement.summary.split(' ', 1)[0] ?? '';
  }
  if (settings.captureParameters && Array.isArray(event.parameters)) {
    event.parameters.slice(0, MAX_PARAMETERS).forEach((value, index) => {
      attributes[ATTR_DB_QUERY_PARAMETER(String(index))] = toText(value);
    });
  }
  return attributes;
}

const MAX_PARAMETERS = 32;

/** Values come from the application and may refuse to be printed. */
function toText(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '[unprintable]';
  }
}

/** A statement with parameters keeps its values apart; one without may have them in its text. */
function queryText(
  { query, parameters }: BeforeQueryLike,
  statement: Statement,
  system: DatabaseSystem,
  maxLength: number,
): string {
  const isParameterised = Array.isArray(parameters) && parameters.length > 0;
  const text = isParameterised && system.separatesValues ? query.trim() : statement.masked;
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
}

export interface QueryOutcome {
  readonly durationMs: number;
  /** How many rows the answer had. The rows themselves are not kept. */
  readonly rows?: number | undefined;
  readonly error?: unknown;
  readonly parameters?: unknown;
}

/** Puts on the span what is known once the query has ended. */
export function describeOutcome(
  span: Span,
  outcome: QueryOutcome,
  statement: Statement,
  system: DatabaseSystem,
  settings: QuerySettings,
): void {
  if (outcome.durationMs >= settings.slowQueryMs) span.setAttribute(ATTR_NEST_DB_SLOW, true);
  const { error } = outcome;
  if (error !== undefined) {
    describeError(span, error, outcome.parameters, system);
    return;
  }
  const { rows } = outcome;
  // A write without RETURNING answers with an empty list; its number of rows is not known from it.
  if (rows !== undefined && (rows > 0 || statement.returnsRows)) {
    span.setAttribute(ATTR_DB_RESPONSE_RETURNED_ROWS, rows);
  }
}

/**
 * The exception itself is recorded on the span of the code that ran the query: TypeORM makes the
 * error it throws only after this, and with the stack that leads to that code.
 */
function describeError(
  span: Span,
  error: unknown,
  parameters: unknown,
  system: DatabaseSystem,
): void {
  span.setAttributes(errorAttributes(error, system));
  span.setStatus({
    code: SpanStatusCode.ERROR,
    message: withoutValues(redactDatabaseMessage(messageOf(error)), parameters),
  });
}

/** What a failure is called. */
export function errorAttributes(error: unknown, system: DatabaseSystem): Attributes {
  const code = system.errorCode(error);
  return {
    [ATTR_ERROR_TYPE]: code ?? clientCode(error) ?? errorType(error),
    ...(code !== undefined && { [ATTR_DB_RESPONSE_STATUS_CODE]: code }),
  };
}

/** What the driver calls a failure the database did not report: `ECONNRESET`. */
function clientCode(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
