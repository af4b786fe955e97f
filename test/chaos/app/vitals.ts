import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ObservedExporter } from 'nestrace';
import { booksOf, waitingIn } from './books.js';

const EVERY_MS = 100;

export interface Troubles {
  readonly warnings: readonly string[];
  readonly rejections: readonly string[];
  readonly exceptions: readonly string[];
}

/** What a process tells about its own health, watched from its first moment on. */
export class Vitals {
  readonly troubles = {
    warnings: [] as string[],
    rejections: [] as string[],
    exceptions: [] as string[],
  } satisfies Troubles;
  /** The most spans any exporter had been given and not been done with, and the fewest. */
  mostWaiting = 0;
  leastWaiting = 0;
  /** The most of each kind of what keeps the event loop alive. */
  readonly resources: Record<string, number> = {};
  private readonly loop = monitorEventLoopDelay({ resolution: 10 });

  constructor() {
    process.on('warning', ({ name, message }) => {
      this.troubles.warnings.push(`${name}: ${message}`);
    });
    process.on('unhandledRejection', (reason) => {
      this.troubles.rejections.push(String(reason));
    });
    process.on('uncaughtExceptionMonitor', (error) => {
      this.troubles.exceptions.push(String(error));
    });
    this.loop.enable();
  }

  watch(exporters: readonly ObservedExporter[]): void {
    setInterval(() => {
      for (const { delivery } of exporters) {
        const waiting = waitingIn(booksOf(delivery));
        this.mostWaiting = Math.max(this.mostWaiting, waiting);
        this.leastWaiting = Math.min(this.leastWaiting, waiting);
      }
      const now: Record<string, number> = {};
      for (const kind of process.getActiveResourcesInfo()) now[kind] = (now[kind] ?? 0) + 1;
      for (const [kind, count] of Object.entries(now)) {
        this.resources[kind] = Math.max(this.resources[kind] ?? 0, count);
      }
    }, EVERY_MS).unref();
  }

  /** The longest the event loop was held up. */
  get longestBlockMs(): number {
    return this.loop.max / 1e6;
  }

  /** Bytes that are really in use. */
  heap(): number {
    const { gc } = globalThis as { gc?: () => void };
    if (gc === undefined) throw new Error('start it with --expose-gc');
    // What finalizers let go of is free after the second.
    gc();
    gc();
    return process.memoryUsage().heapUsed;
  }
}
