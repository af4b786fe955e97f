import type { LoggerService } from '@nestjs/common';

/** Keeps what an application logs instead of printing it. */
export class CollectedLog implements LoggerService {
  private readonly entries: { readonly context: unknown; readonly line: string }[] = [];

  /** What nestrace has said, in order, each with its level in front. */
  get lines(): readonly string[] {
    return this.entries.filter(({ context }) => context === 'OtelModule').map(({ line }) => line);
  }

  /** Only what an operator should look at. */
  get troubles(): readonly string[] {
    return this.lines.filter((line) => /^(warn|error) /.test(line));
  }

  log(message: unknown, ...details: unknown[]): void {
    this.keep('log', message, details);
  }

  warn(message: unknown, ...details: unknown[]): void {
    this.keep('warn', message, details);
  }

  error(message: unknown, ...details: unknown[]): void {
    this.keep('error', message, details);
  }

  debug(): void {}

  verbose(): void {}

  private keep(level: string, message: unknown, details: readonly unknown[]): void {
    this.entries.push({ context: details.at(-1), line: `${level} ${String(message)}` });
  }
}
