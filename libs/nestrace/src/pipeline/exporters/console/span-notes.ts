import type { AttributeValue } from '@opentelemetry/api';
import {
  ATTR_DB_RESPONSE_RETURNED_ROWS,
  ATTR_DB_RESPONSE_STATUS_CODE,
  ATTR_ERROR_TYPE,
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_TYPE,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_NEST_CONTROLLER,
  ATTR_NEST_DB_N_PLUS_ONE,
  ATTR_NEST_DB_SLOW,
  ATTR_NEST_DB_TRANSACTION_OUTCOME,
  ATTR_NEST_FOLDED_COUNT,
  ATTR_NEST_FOLDED_DURATION_MS,
  ATTR_NEST_GUARD_OUTCOME,
  ATTR_NEST_HANDLER,
  ATTR_NEST_PIPE_ARGUMENT,
  ATTR_NEST_PIPE_SOURCE,
  ATTR_NEST_TRACE_OMITTED_SPANS,
  ATTR_URL_FULL,
  ATTR_URL_PATH,
  EVENT_EXCEPTION,
} from '../../attributes.js';
import type { SpanView } from './span-view.js';

/** Names of the conventions and our own; what is left was put there by the application. */
const KNOWN_NAMESPACE =
  /^(code|client|db|error|exception|graphql|http|messaging|nest|net|network|peer|rpc|server|telemetry|url|user_agent)\./;

const MAX_OWN = 3;
const MAX_VALUE_LENGTH = 48;

/** The few attributes worth a place on the line of a span. */
export function notesOf(span: SpanView): readonly string[] {
  const { attributes } = span;
  const notes: string[] = [];
  const add = (value: AttributeValue | undefined, text: (value: string) => string): void => {
    if (value !== undefined) notes.push(text(String(value)));
  };
  add(attributes[ATTR_HTTP_RESPONSE_STATUS_CODE], (status) => status);
  if (span.kind === 'SERVER' && attributes[ATTR_NEST_CONTROLLER] !== undefined) {
    notes.push(`${attributes[ATTR_NEST_CONTROLLER]}.${attributes[ATTR_NEST_HANDLER]}`);
  }
  // Without a route the name is the method alone.
  if (span.kind === 'SERVER' && attributes[ATTR_HTTP_ROUTE] === undefined) {
    add(attributes[ATTR_URL_PATH], short);
  }
  if (span.kind === 'CLIENT') add(attributes[ATTR_URL_FULL], (url) => short(targetOf(url)));
  add(attributes[ATTR_NEST_GUARD_OUTCOME], (outcome) => outcome);
  add(attributes[ATTR_NEST_PIPE_SOURCE], (source) => argumentOf(source, attributes));
  add(attributes[ATTR_NEST_FOLDED_COUNT], (count) => foldedCalls(count, attributes));
  add(attributes[ATTR_NEST_TRACE_OMITTED_SPANS], (count) => `${count} spans omitted`);
  add(attributes[ATTR_DB_RESPONSE_RETURNED_ROWS], (rows) =>
    rows === '1' ? '1 row' : `${rows} rows`,
  );
  add(attributes[ATTR_NEST_DB_TRANSACTION_OUTCOME], (outcome) => outcome);
  if (attributes[ATTR_NEST_DB_SLOW] === true) notes.push('slow');
  if (attributes[ATTR_NEST_DB_N_PLUS_ONE] === true) notes.push('N+1');
  add(attributes[ATTR_DB_RESPONSE_STATUS_CODE], (code) => `SQLSTATE ${code}`);
  if (attributes[ATTR_HTTP_RESPONSE_STATUS_CODE] === undefined) {
    add(attributes[ATTR_ERROR_TYPE], (type) => type);
  }
  const own = Object.entries(attributes).filter(([key]) => !KNOWN_NAMESPACE.test(key));
  for (const [key, value] of own.slice(0, MAX_OWN)) notes.push(`${key}=${short(String(value))}`);
  return notes;
}

/** `param id`, or `body` where all of it was asked for. */
function argumentOf(source: string, attributes: SpanView['attributes']): string {
  const name = attributes[ATTR_NEST_PIPE_ARGUMENT];
  return name === undefined ? source : `${source} ${String(name)}`;
}

/** What one span stands for. */
function foldedCalls(count: string, attributes: SpanView['attributes']): string {
  return `${count} calls, ${String(attributes[ATTR_NEST_FOLDED_DURATION_MS])} ms in all`;
}

/** The exceptions recorded on a span, one line each. */
export function exceptionsOf(span: SpanView): readonly string[] {
  return span.events
    .filter((event) => event.name === EVENT_EXCEPTION)
    .map(({ attributes }) => {
      const message = String(attributes[ATTR_EXCEPTION_MESSAGE] ?? '').split('\n')[0] ?? '';
      return `${attributes[ATTR_EXCEPTION_TYPE]}: ${message}`;
    });
}

/** Host and path: the name of an outgoing call is its method alone. */
function targetOf(url: string): string {
  return url.replace(/^\w+:\/\//, '').replace(/[?#].*$/, '');
}

function short(text: string): string {
  return text.length <= MAX_VALUE_LENGTH ? text : `${text.slice(0, MAX_VALUE_LENGTH - 1)}…`;
}
