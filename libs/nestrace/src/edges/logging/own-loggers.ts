import { ConsoleLogger, Logger } from '@nestjs/common';
import { types } from 'node:util';
import { SharedPatch, type AnyMethod } from '../../core/shared-patch.js';
import { telling } from './level-methods.js';
import { LEVELS } from './log-levels.js';
import { fromPino, isPinoLogger, PINO_LEVELS } from './pino-records.js';

/** An application sets its logger once; tests that make many of them must not be collected here. */
const MAX_HOLDERS = 50;

/** Where the methods of Nest's own loggers are. */
const KNOWN: ReadonlySet<object> = new Set([
  Logger.prototype,
  ConsoleLogger.prototype,
  Object.prototype,
]);

/**
 * Loggers given to `app.useLogger()`. What is said through Nest's `Logger` has been recorded before
 * it gets to them; they are watched for those who have one injected and call it themselves.
 */
export class OwnLoggers {
  private readonly patches = new Map<object, SharedPatch[]>();

  watch(logger: unknown): void {
    if (!isObject(logger)) return;
    const known = new Set(this.patches.keys());
    for (const level of LEVELS) {
      const holder = holderOf(logger, level);
      if (holder === undefined || known.has(holder)) continue;
      this.patch(holder, level, telling(level, { contextIn: 'last' }));
    }
  }

  /** The logger of nestjs-pino that users inject: it knows nothing of Nest's. */
  watchPinoLogger(prototype: unknown): void {
    if (!isObject(prototype) || this.patches.has(prototype) || !isPinoLogger(prototype)) return;
    for (const [method, level] of Object.entries(PINO_LEVELS)) {
      this.patch(prototype, method, telling(level, { contextIn: 'logger', asNest: fromPino }));
    }
  }

  release(): void {
    for (const patches of this.patches.values()) {
      for (const patch of patches) patch.uninstall();
    }
    this.patches.clear();
  }

  private patch(holder: object, method: string, replace: (original: AnyMethod) => AnyMethod): void {
    const present = this.patches.get(holder);
    if (present === undefined && this.patches.size >= MAX_HOLDERS) return;
    const patch = new SharedPatch(holder, method, replace);
    patch.install();
    this.patches.set(holder, [...(present ?? []), patch]);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !types.isProxy(value);
}

/** The logger itself or the class that has the method, where it can be replaced. */
function holderOf(logger: object, name: string): object | undefined {
  let holder: object | null = logger;
  while (holder !== null && !KNOWN.has(holder)) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, name);
    if (descriptor !== undefined) return descriptor.configurable === true ? holder : undefined;
    holder = Object.getPrototypeOf(holder) as object | null;
  }
  return undefined;
}
