import type { TraceSummary } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { spokenDuration } from '../../format/duration.js';
import { plural } from '../../format/quantity.js';

/** How a trace is to be seen. */
export type Look = 'open' | 'error' | 'ok';

export function lookOf(trace: TraceSummary): Look {
  if (trace.inFlight) return 'open';
  return trace.status === 'error' || (trace.httpStatus ?? 0) >= 500 ? 'error' : 'ok';
}

/** Until now, for a trace in flight: news come only when something changes. */
export function durationAt(trace: TraceSummary, nowMs: number): number {
  return trace.inFlight ? Math.max(trace.durationMs, nowMs - trace.startMs) : trace.durationMs;
}

export function statusText(trace: TraceSummary): string {
  if (trace.httpStatus !== undefined) return String(trace.httpStatus);
  if (trace.inFlight) return '…';
  return trace.status === 'error' ? 'ERR' : 'OK';
}

export type StatusTone = 'error' | 'warn' | 'plain';

export function statusTone(trace: TraceSummary): StatusTone {
  if (lookOf(trace) === 'error') return 'error';
  return (trace.httpStatus ?? 0) >= 400 ? 'warn' : 'plain';
}

/** The method stands apart, so that routes begin in one line. */
export function nameParts(trace: TraceSummary): readonly [method: string, rest: string] {
  const { method, name, path } = trace;
  // Without a route, the method is all of the name; the path tells more.
  if (name === method && path !== undefined) return [method, path];
  if (method === undefined || !name.startsWith(`${method} `)) return ['', name];
  return [method, name.slice(method.length + 1)];
}

/** Worth to be said: at half as much again, something is different. */
const NOTABLE_RATIO = 1.5;

export function ratioText(trace: TraceSummary): string | undefined {
  const ratio = trace.medianRatio;
  if (ratio === undefined || ratio < NOTABLE_RATIO) return undefined;
  return `×${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)}`;
}

/** Twice the median is no cause for alarm as long as it is a matter of milliseconds. */
export function barTone(trace: TraceSummary, slowMs: number): 'error' | 'slow' | 'normal' {
  if (lookOf(trace) === 'error') return 'error';
  const isSlow = ratioText(trace) !== undefined && trace.durationMs >= slowMs;
  return isSlow || trace.slowQueries > 0 ? 'slow' : 'normal';
}

/**
 * Of the width of the column. By the square root: next to a trace of ten seconds, those of 10 and of
 * 100 milliseconds would look the same.
 */
export function barShare(durationMs: number, longestMs: number): number {
  return longestMs <= 0 ? 1 : Math.min(1, Math.sqrt(durationMs / longestMs));
}

/** Said where the bars are. */
export const BAR_SCALE =
  'The bars show the square root of the duration, so that short ones can be told apart';

/** `TypeError: x is not a function`: the type is what the eye looks for. */
export function noteParts(note: string): readonly [type: string, rest: string] {
  const type = /^[\w$.]+(?=: )/.exec(note)?.[0] ?? '';
  return [type, note.slice(type.length)];
}

/** All of a row in one sentence, for screen readers. */
export function rowLabel(trace: TraceSummary): string {
  return [
    trace.name,
    trace.inFlight ? 'in flight' : `status ${statusText(trace)}`,
    spokenDuration(trace.durationMs),
    plural(trace.spans, 'span'),
    trace.queries > 0 && plural(trace.queries, 'query', 'queries'),
    trace.nPlusOne > 0 && 'N plus one',
    trace.errors > 0 && plural(trace.errors, 'error'),
  ]
    .filter(Boolean)
    .join(', ');
}
