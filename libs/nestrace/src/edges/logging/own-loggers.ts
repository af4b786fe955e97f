import { ConsoleLogger, Logger } from '@nestjs/common';
import { types } from 'node:util';
import { SharedPatch } from '../../core/shared-patch.js';
import { telling } from './level-methods.js';
import { LEVELS } from './log-levels.js';

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
    if (typeof logger !== 'object' || logger === null || types.isProxy(logger)) return;
    const known = new Set(this.patches.keys());
    for (const level of LEVELS) {
      const holder = holderOf(logger, level);
      if (holder === undefined || known.has(holder) || this.isFull(holder)) continue;
      const patch = new SharedPatch(holder, level, telling(level, { addsContext: false }));
      patch.install();
      this.patches.set(holder, [...(this.patches.get(holder) ?? []), patch]);
    }
  }

  release(): void {
    for (const patches of this.patches.values()) {
      for (const patch of patches) patch.uninstall();
    }
    this.patches.clear();
  }

  private isFull(holder: object): boolean {
    return this.patches.size >= MAX_HOLDERS && !this.patches.has(holder);
  }
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
