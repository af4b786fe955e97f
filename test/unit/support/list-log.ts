import type { OperationsLog } from '../../../libs/nestrace/src/core/operations-log.js';

/** A log whose lines can be read. */
export class ListLog implements OperationsLog {
  readonly lines: { readonly level: keyof OperationsLog; readonly message: string }[] = [];
  readonly details: unknown[] = [];

  info(message: string): void {
    this.lines.push({ level: 'info', message });
  }

  warn(message: string): void {
    this.lines.push({ level: 'warn', message });
  }

  error(message: string, detail?: unknown): void {
    this.lines.push({ level: 'error', message });
    this.details.push(detail);
  }

  debug(message: string): void {
    this.lines.push({ level: 'debug', message });
  }
}
