import type { LogLine } from '../../../../nestrace/src/sinks/panel/contract/index.js';

/** From the least to the most severe, as loggers name them. */
const LEVELS = [
  'trace',
  'verbose',
  'debug',
  'log',
  'info',
  'notice',
  'warn',
  'error',
  'fatal',
] as const;

const SAME: Readonly<Record<string, string>> = { warning: 'warn', err: 'error', critical: 'fatal' };

/** `WARNING` and `warn` are the same. */
export function levelName(level: string): string {
  const lower = level.toLowerCase();
  return SAME[lower] ?? lower;
}

export type LevelTone = 'error' | 'warn' | 'faint' | 'plain';

export function levelTone(level: string): LevelTone {
  switch (levelName(level)) {
    case 'error':
    case 'fatal':
      return 'error';
    case 'warn':
      return 'warn';
    case 'trace':
    case 'verbose':
    case 'debug':
      return 'faint';
    default:
      return 'plain';
  }
}

const rank = (level: string) => LEVELS.findIndex((known) => known === level);

/** Those that occur, the most severe first; names nobody knows come last. */
export function levelsOf(lines: readonly LogLine[]): readonly string[] {
  const seen = [...new Set(lines.map(({ level }) => levelName(level)))];
  return seen.toSorted((a, b) => rank(b) - rank(a));
}

/** Lines of these levels with this text in the message, the span or an attribute. */
export function filterLines(
  lines: readonly LogLine[],
  hidden: ReadonlySet<string>,
  text: string,
): readonly LogLine[] {
  const needle = text.trim().toLowerCase();
  const has = (value: string) => value.toLowerCase().includes(needle);
  return lines.filter(
    ({ level, message, spanName, attributes }) =>
      !hidden.has(levelName(level)) &&
      (needle === '' ||
        has(message) ||
        has(spanName) ||
        attributes.some(({ key, value }) => has(key) || has(value))),
  );
}
