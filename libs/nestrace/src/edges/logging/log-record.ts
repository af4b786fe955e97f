import { types } from 'node:util';
import { factsOf } from './error-facts.js';
import { isError, renderValue } from './render-value.js';

/** What was said with one call of a logger. */
export interface LogRecord {
  readonly message: string;
  readonly context: string | undefined;
  readonly error: Error | undefined;
  /** Given as a text, without the error. */
  readonly stack: string | undefined;
}

/**
 * Where the context of a record is. Nest's `Logger` puts the one it has behind the arguments itself;
 * with other loggers it may be the last of them, with some it never is.
 */
export type ContextPlace = 'logger, else last' | 'last' | 'logger';

/** How a logger was called. */
export interface LogCall {
  /** The logger. */
  readonly self: unknown;
  readonly args: readonly unknown[];
  readonly contextIn: ContextPlace;
  /** `error` and `fatal` take a stack. */
  readonly takesStack: boolean;
}

/** Characters of all that one record says. */
const MAX_MESSAGE = 4000;

/** Finds out what the arguments of a logger mean, by the rules of Nest's `ConsoleLogger`. */
export function readRecord({ self, args, contextIn, takesStack }: LogCall): LogRecord {
  const [first, ...rest] = args;
  const stack = takesStack ? takeStack(rest) : undefined;
  const own = contextOf(self);
  let context = own;
  const mayBeLast = contextIn === 'last' || (contextIn !== 'logger' && own === undefined);
  if (mayBeLast && typeof rest.at(-1) === 'string') context = rest.pop() as string;
  const error = errorIn(first, rest);
  const said = rest.filter((value) => value !== undefined && value !== error);
  return { message: textOf(first, said), context, error, stack };
}

/** The context a logger has of its own. */
export function contextOf(self: unknown): string | undefined {
  if (typeof self !== 'object' || self === null) return undefined;
  const { context } = self as { context?: unknown };
  return typeof context === 'string' && context !== '' ? context : undefined;
}

function takeStack(values: unknown[]): string | undefined {
  const at = values.findIndex(isStack);
  return at === -1 ? undefined : (values.splice(at, 1)[0] as string);
}

/** A stack as Nest knows it; a text this long is not looked through to its end. */
function isStack(value: unknown): value is string {
  return typeof value === 'string' && /\n[ \t]+at /.test(value.slice(0, MAX_MESSAGE));
}

/** An error that is said, or stands in the object that is said: `{ err }` is what users of pino write. */
function errorIn(first: unknown, rest: readonly unknown[]): Error | undefined {
  if (isError(first)) return first;
  return rest.find(isError) ?? inside(first, 'err') ?? inside(first, 'error');
}

function inside(value: unknown, key: string): Error | undefined {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return undefined;
  const found: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
  return isError(found) ? found : undefined;
}

function textOf(first: unknown, rest: readonly unknown[]): string {
  const left = [...rest];
  const said = isError(first) ? factsOf(first).message : renderValue(first);
  const head = typeof first === 'string' && left.length > 0 ? fill(said, left) : said;
  const text = left.length === 0 ? head : [head, ...left.map(renderValue)].join(' ');
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;
}

/** Puts values where `%s` and its like are; those that were used are taken out of the list. */
function fill(template: string, values: unknown[]): string {
  if (!template.includes('%')) return template;
  return template.slice(0, MAX_MESSAGE).replace(/%[sdifjoOc%]/g, (found) => {
    if (found === '%%') return '%';
    if (values.length === 0) return found;
    const value = renderValue(values.shift());
    return found === '%c' ? '' : value;
  });
}
