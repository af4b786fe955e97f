/**
 * A line of the waterfall, as one number so that ten thousand of them cost nothing: the row of a span,
 * or, below zero, siblings that do the same shown as one line, by the row of the first.
 */
export type Entry = number;

export const foldEntry = (firstRow: number): Entry => -1 - firstRow;

export const isFold = (entry: Entry): boolean => entry < 0;

/** The row of the span; of a fold, that of its first span. */
export const rowOfEntry = (entry: Entry): number => (entry < 0 ? -1 - entry : entry);
