import type { StoredTrace } from '../../../pipeline/span-store/stored-span.js';
import type { TraceSummary } from '../contract/index.js';

/** What a query is asked about. */
export interface Subject {
  readonly trace: StoredTrace;
  readonly summary: TraceSummary;
  readonly isSlow: boolean;
}

export type Test = (subject: Subject) => boolean;
