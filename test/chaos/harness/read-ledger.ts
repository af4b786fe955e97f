import { existsSync, readFileSync } from 'node:fs';
import type { Entry } from '../collector/ledger.js';

/** What a collector knows about the spans of one door. */
export interface Ledger {
  readonly requests: number;
  /** Spans in answers that took them and came out whole, each counted once. */
  readonly taken: number;
  /** Spans it was about to take, whether the answer arrived or not, each counted once. */
  readonly atMostTaken: number;
  /** Spans that were taken more than once, because an answer was lost. */
  readonly twice: number;
  /** Spans whose times cannot be true. */
  readonly odd: number;
}

export function readLedger(path: string): Ledger {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const entries = text
    .split('\n')
    // The last line of a process that was killed may be half of one.
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as Entry);
  const batches = new Map<number, { ids: readonly string[]; taking: number; delivered: boolean }>();
  let odd = 0;
  for (const entry of entries) {
    if ('ids' in entry) {
      odd += entry.odd;
      batches.set(entry.request, { ids: entry.ids, taking: 0, delivered: false });
      continue;
    }
    const batch = batches.get(entry.request);
    if (batch === undefined) continue;
    if ('taking' in entry) batch.taking = entry.taking;
    else batch.delivered = true;
  }
  const taking = [...batches.values()].filter((batch) => batch.taking > 0);
  const offered = taking.reduce((sum, { ids }) => sum + ids.length, 0);
  const rejected = taking.reduce((sum, batch) => sum + batch.ids.length - batch.taking, 0);
  const different = new Set(taking.flatMap(({ ids }) => ids)).size;
  const delivered = taking.filter((batch) => batch.delivered);
  return {
    requests: batches.size,
    taken: new Set(delivered.flatMap(({ ids }) => ids)).size - rejected,
    atMostTaken: different - rejected,
    twice: offered - different,
    odd,
  };
}
