import type { TraceCounts } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import type { Tone } from '../../parts/badge.js';

/** A term of the query that is one click away. */
export interface Chip {
  readonly label: string;
  readonly term: string;
  readonly count: keyof TraceCounts;
  readonly tone: Tone;
}

export const CHIPS: readonly Chip[] = [
  { label: 'Errors', term: 'has:error', count: 'errors', tone: 'error' },
  { label: 'Slow', term: 'is:slow', count: 'slow', tone: 'slow' },
  { label: 'N+1', term: 'has:n+1', count: 'nPlusOne', tone: 'n-plus-one' },
  { label: 'In flight', term: 'is:inflight', count: 'inFlight', tone: 'accent' },
  { label: 'No root', term: 'is:orphan', count: 'orphans', tone: 'warn' },
];
