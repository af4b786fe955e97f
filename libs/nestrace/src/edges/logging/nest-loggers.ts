import { ConsoleLogger, Logger } from '@nestjs/common';
import { ROOT_CONTEXT, trace, type Span } from '@opentelemetry/api';
import { SharedPatch, type AnyMethod } from '../../core/shared-patch.js';
import { runIn } from '../../pipeline/active-context.js';
import { telling, withoutEvents, type Place } from './level-methods.js';
import { withIdsInJson, withIdsInText } from './line-ids.js';
import { LEVELS } from './log-levels.js';

/** A line Nest holds back until the application has set its logger. */
interface HeldLine {
  methodRef: (...args: unknown[]) => unknown;
}

interface NestLogger {
  readonly isBufferAttached?: boolean;
  readonly logBuffer?: readonly HeldLine[];
  readonly staticInstanceRef?: unknown;
}

const nest = Logger as unknown as NestLogger;

/** The logger all records of the application go to; undefined where they go nowhere. */
export function loggerInUse(): unknown {
  return nest.staticInstanceRef;
}

/** All there is to replace in Nest's own loggers. */
export function nestLoggerPatches(onLogger: (logger: unknown) => void): readonly SharedPatch[] {
  const afterwards = holdWithSpan;
  return [
    ...levelPatches(Logger.prototype, { contextIn: 'logger, else last', afterwards }),
    ...levelPatches(Logger, { contextIn: 'last', afterwards }),
    ...levelPatches(ConsoleLogger.prototype, { contextIn: 'last' }),
    new SharedPatch(Logger, 'flush', flushing),
    new SharedPatch(Logger, 'overrideLogger', overriding(onLogger)),
    new SharedPatch(ConsoleLogger.prototype, 'formatMessage', withIdsInText),
    new SharedPatch(ConsoleLogger.prototype, 'getJsonLogObject', withIdsInJson),
  ];
}

function levelPatches(target: object, place: Place): SharedPatch[] {
  return LEVELS.map((level) => new SharedPatch(target, level, telling(level, place)));
}

const held = new WeakSet<HeldLine>();

/**
 * A line that is held back is written with the ids of the span it was said in. Of that context
 * nothing else is kept: the start it belongs to may be over by then, and its trace with it.
 */
function holdWithSpan(span: Span): void {
  if (nest.isBufferAttached !== true) return;
  const line = nest.logBuffer?.at(-1);
  if (line === undefined || held.has(line)) return;
  held.add(line);
  const { methodRef } = line;
  const context = trace.setSpan(ROOT_CONTEXT, span);
  line.methodRef = (...args) => runIn(context, methodRef, ...args);
}

/** What was held back has been recorded when it was said, and does not belong to where it is let go. */
function flushing(original: AnyMethod): AnyMethod {
  return function (this: unknown, ...args: unknown[]): unknown {
    return withoutEvents(() =>
      runIn(ROOT_CONTEXT, () => Reflect.apply(original, this, args) as unknown),
    );
  };
}

function overriding(onLogger: (logger: unknown) => void): (original: AnyMethod) => AnyMethod {
  return (original) =>
    function (this: unknown, ...args: unknown[]): unknown {
      const result: unknown = Reflect.apply(original, this, args);
      onLogger(args[0]);
      return result;
    };
}
