import { trace, type Span } from '@opentelemetry/api';
import { types } from 'node:util';
import type { LogsLevel } from '../../config/logs.options.js';
import { noteFailure } from '../../core/failures.js';
import type { AnyMethod } from '../../core/shared-patch.js';
import { activeContext } from '../../pipeline/active-context.js';
import { takeIdentity } from '../../pipeline/methods/method-identity.js';
import { rankOf } from './log-levels.js';
import type { ContextPlace, LogCall } from './log-record.js';
import { settingsFor, type LogSettings } from './log-settings.js';
import { recordEvent } from './record-event.js';

/**
 * A record passes several loggers on its way: Nest's `Logger`, the one of the application, Nest's
 * `ConsoleLogger`. All of that is synchronous, and the first one that is called has recorded it.
 */
let isPassing = false;

/** Calls a function in which no record becomes an event. */
export function withoutEvents<T>(run: () => T): T {
  const before = isPassing;
  isPassing = true;
  try {
    return run();
  } finally {
    isPassing = before;
  }
}

/** Which logger a level method belongs to. */
export interface Place {
  readonly contextIn: ContextPlace;
  /** Turns its arguments into those a logger of Nest would get for the same. */
  readonly asNest?: (args: readonly unknown[]) => readonly unknown[];
  /** Called when a record was passed on that was said in a span. */
  readonly afterwards?: (span: Span) => void;
}

/** Makes a level method of a logger one that also tells the active span. */
export function telling(level: LogsLevel, place: Place): (original: AnyMethod) => AnyMethod {
  const rank = rankOf(level);
  const { afterwards } = place;
  return (original) => {
    const wrapper = function (this: unknown, ...args: unknown[]): unknown {
      if (isPassing) return Reflect.apply(original, this, args);
      const span = trace.getSpan(activeContext());
      if (span?.isRecording() !== true) return Reflect.apply(original, this, args);
      isPassing = true;
      try {
        return tell(span, rank, place, { self: this, args }, original);
      } finally {
        isPassing = false;
        afterwards?.(span);
      }
    };
    takeIdentity(wrapper, original);
    return wrapper;
  };
}

type Call = Pick<LogCall, 'self' | 'args'>;

function tell(span: Span, rank: number, place: Place, call: Call, original: AnyMethod): unknown {
  const settings = settingsFor(span);
  const { self, args } = call;
  if (settings === undefined || !settings.events || rank < settings.minRank) {
    return Reflect.apply(original, self, args);
  }
  const [message, ...rest] = args;
  if (!isLazy(message)) {
    record(span, rank, settings, place, call);
    return Reflect.apply(original, self, args);
  }
  // The logger makes such a message, and only where it is wanted: it gets all the logger has for it,
  // and looks as before to one that does not call it. A record that nobody made is no event.
  const made: unknown[] = [];
  const remember = function (this: unknown, ...given: unknown[]): unknown {
    made.push(Reflect.apply(message, this, given));
    return made.at(-1);
  };
  takeIdentity(remember, message);
  try {
    return Reflect.apply(original, self, [remember, ...rest]);
  } finally {
    if (made.length > 0) record(span, rank, settings, place, { self, args: [made[0], ...rest] });
  }
}

/** A class is a message too: Nest prints its name. */
function isLazy(message: unknown): message is AnyMethod {
  if (typeof message !== 'function' || types.isProxy(message)) return false;
  return !Function.prototype.toString.call(message).startsWith('class ');
}

function record(
  span: Span,
  rank: number,
  settings: LogSettings,
  { contextIn, asNest }: Place,
  { self, args }: Call,
): void {
  try {
    if (!span.isRecording()) return;
    recordEvent(span, rank, settings, { self, args: asNest?.(args) ?? args, contextIn });
  } catch (error) {
    noteFailure('logging', error);
  }
}
