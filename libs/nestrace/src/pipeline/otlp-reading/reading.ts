import type { ResolvedPanelLimits } from '../../config/panel-limits.options.js';
import type { StoredSpan } from '../span-store/stored-span.js';

/** What became of a message. */
export interface OtlpReading {
  readonly spans: readonly StoredSpan[];
  /** Spans that make no sense. */
  readonly rejected: number;
  /** What was wrong with the first of them. */
  readonly reason?: string;
  /** The message itself cannot be read; there are no spans then. */
  readonly problem?: string;
}

export type ReadingLimits = Pick<
  ResolvedPanelLimits,
  'maxAttributes' | 'maxEvents' | 'maxLinks' | 'maxValueLength'
>;

/** Ends the reading of a message. It never leaves this folder. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

/**
 * Characters that are read of a text. The store cuts by the kind of value, to at most so many, and
 * says so; what is beyond only takes memory.
 */
export function textLimit({ maxValueLength }: ReadingLimits): number {
  return maxValueLength * 2 + 1;
}
