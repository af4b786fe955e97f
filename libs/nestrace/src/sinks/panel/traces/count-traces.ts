import type { TraceCounts } from '../contract/index.js';
import type { TraceEntry } from './trace-entry.js';

/** How many traces there are of each sort; noise counts in the others only where it is shown. */
export function countTraces(entries: Iterable<TraceEntry>, withNoise: boolean): TraceCounts {
  const counts = { all: 0, errors: 0, slow: 0, nPlusOne: 0, inFlight: 0, orphans: 0, noise: 0 };
  for (const entry of entries) {
    const { summary } = entry;
    if (summary.noise !== undefined) {
      counts.noise++;
      if (!withNoise) continue;
    }
    counts.all++;
    if (entry.isError) counts.errors++;
    if (entry.isSlow) counts.slow++;
    if (summary.nPlusOne > 0) counts.nPlusOne++;
    if (summary.inFlight) counts.inFlight++;
    if (summary.orphan === true) counts.orphans++;
  }
  return counts;
}
