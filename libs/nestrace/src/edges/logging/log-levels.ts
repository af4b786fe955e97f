import type { LogsLevel } from '../../config/logs.options.js';

/** The methods of a logger, from the least to the most severe. */
export const LEVELS = ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'] as const;

export function rankOf(level: LogsLevel): number {
  return LEVELS.indexOf(level);
}

export const WARN = rankOf('warn');
export const ERROR = rankOf('error');
