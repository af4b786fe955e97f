import { noteFailure } from '../../core/failures.js';
import { OWN_LOG_CONTEXT } from '../../core/operations-log.js';
import type { AnyMethod } from '../../core/shared-patch.js';
import { settingsFor } from './log-settings.js';
import { fieldsOf, spanOfLine, type TraceFields } from './trace-fields.js';

const OWN_CONTEXT = `[${OWN_LOG_CONTEXT}]`;

/** `ConsoleLogger.formatMessage` makes the line of a record. */
export function withIdsInText(original: AnyMethod): AnyMethod {
  return function (this: unknown, ...args: unknown[]): unknown {
    const line: unknown = Reflect.apply(original, this, args);
    try {
      return typeof line === 'string' && !isOurs(args[4]) ? addIds(this, line) : line;
    } catch (error) {
      noteFailure('logging', error);
      return line;
    }
  };
}

/** `ConsoleLogger.getJsonLogObject` makes what is printed as JSON. */
export function withIdsInJson(original: AnyMethod): AnyMethod {
  return function (this: unknown, ...args: unknown[]): unknown {
    const line: unknown = Reflect.apply(original, this, args);
    try {
      const { context } = (args[1] ?? {}) as { context?: unknown };
      if (typeof line !== 'object' || line === null || context === OWN_LOG_CONTEXT) return line;
      return Object.assign(line, { ...jsonFields(), ...line });
    } catch (error) {
      noteFailure('logging', error);
      return line;
    }
  };
}

/** The ids for a line of structured fields, where they are wanted. */
export function jsonFields(): TraceFields | undefined {
  const span = spanOfLine();
  if (span === undefined || settingsFor(span)?.idsInJson !== true) return undefined;
  return fieldsOf(span);
}

function isOurs(context: unknown): boolean {
  return typeof context === 'string' && context.includes(OWN_CONTEXT);
}

/** They stand at the end, where they do not push the message aside, and less bright than that. */
function addIds(logger: unknown, line: string): string {
  const span = spanOfLine();
  if (span === undefined || settingsFor(span)?.idsInText !== true) return line;
  const { trace_id, span_id } = fieldsOf(span);
  const ids = `trace_id=${trace_id} span_id=${span_id}`;
  const end = line.endsWith('\n') ? '\n' : '';
  const text = end === '' ? line : line.slice(0, -1);
  return `${text} ${hasColors(logger) ? `\u001B[2m${ids}\u001B[22m` : ids}${end}`;
}

function hasColors(logger: unknown): boolean {
  const { options } = logger as { options?: { colors?: boolean } };
  return options?.colors === true;
}
