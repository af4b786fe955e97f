import { types } from 'node:util';
import { noteFailure } from '../../core/failures.js';
import { addIdsToPino } from './pino.js';
import { addIdsToWinston } from './winston.js';

/** What an application has of loggers is counted on one hand. */
const MAX_LOGGERS = 50;
/** Nest's wrapper has a wrapper of pino, which has the logger of the request or of the application. */
const MAX_DEPTH = 3;

/** Gives the lines of pino and winston loggers the ids of their span. */
export class IdLoggers {
  private readonly undo = new Map<object, () => void>();

  /** Looks for them in a logger of the application, which usually wraps one of them. */
  add(logger: unknown): void {
    try {
      this.look(logger, 0);
    } catch (error) {
      noteFailure('logging', error);
    }
  }

  release(): void {
    for (const undo of this.undo.values()) undo();
    this.undo.clear();
  }

  private look(logger: unknown, depth: number): void {
    if (typeof logger !== 'object' || logger === null || types.isProxy(logger)) return;
    if (this.undo.size >= MAX_LOGGERS) return;
    const added = addIdsToPino(logger, this.undo) || addIdsToWinston(logger, this.undo);
    if (added || depth >= MAX_DEPTH) return;
    this.look((logger as { logger?: unknown }).logger, depth + 1);
  }
}
