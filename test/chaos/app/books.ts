import type { Delivery } from 'nestrace';

/** The counts of one exporter, as numbers whatever they are broken down by. */
export interface Books {
  readonly label: string;
  readonly accepted: number;
  readonly exported: number;
  readonly failed: number;
  readonly dropped: number;
  /** Of those dropped, the ones there was no time for at the end. */
  readonly droppedAtShutdown: number;
  readonly lastError: string | undefined;
}

export function booksOf({
  label,
  accepted,
  exported,
  failed,
  dropped,
  lastError,
}: Delivery): Books {
  return {
    label,
    accepted,
    exported,
    failed: total(failed),
    dropped: total(dropped),
    droppedAtShutdown: dropped.shutdown,
    lastError: lastError?.message,
  };
}

/** Given to the exporter's queue, and nothing has become of them. */
export function waitingIn({ accepted, exported, failed, dropped }: Books): number {
  return accepted - exported - failed - dropped;
}

function total(counts: number | object): number {
  if (typeof counts === 'number') return counts;
  return Object.values(counts).reduce((sum: number, count: number) => sum + count, 0);
}
