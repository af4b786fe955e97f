import type { FileValue } from '../../schema/file-value.js';
import type { Report } from '../../schema/report.js';
import type { OptionTree } from '../option-tree.js';

const LEVELS: Readonly<Record<string, string>> = {
  trace: 'verbose',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'error',
};

/** Severities have four shades, as `debug2`. */
export function readLogLevel(
  given: FileValue | undefined,
  options: OptionTree,
  report: Report,
): void {
  if (given === undefined || given.value === null) return;
  const [, name = ''] = /^([a-z]+)[234]?$/.exec(String(given.value)) ?? [];
  const level = Object.hasOwn(LEVELS, name) ? LEVELS[name] : undefined;
  if (level === undefined) {
    report.problemIn(given, `one of ${Object.keys(LEVELS).join(', ')}, each also with 2, 3 or 4`);
  } else {
    options.set('log_level', { ...given, value: level });
  }
}
