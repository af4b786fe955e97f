import type { LogsLevel } from '../../config/logs.options.js';

/** Levels of pino by the names Nest has for them. */
export const PINO_LEVELS: Readonly<Record<string, LogsLevel>> = {
  trace: 'verbose',
  debug: 'debug',
  info: 'log',
  warn: 'warn',
  error: 'error',
  fatal: 'fatal',
};

/** Whether this is the prototype of the `PinoLogger` of nestjs-pino, and not of another class. */
export function isPinoLogger(prototype: object): boolean {
  return [...Object.keys(PINO_LEVELS), 'setContext', 'assign'].every(
    (name) => typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === 'function',
  );
}

/** pino takes what is said about a message before it: `info({ order: 7 }, 'placed %s', 'now')`. */
export function fromPino(args: readonly unknown[]): readonly unknown[] {
  const [fields, message, ...values] = args;
  if (typeof fields !== 'object' || typeof message !== 'string') return args;
  return [message, ...values, fields ?? undefined];
}
