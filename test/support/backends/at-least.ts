import { waitUntil } from '../wait-until.js';

/** What a batch may wait in a backend that is configured to wait. */
const PATIENCE_MS = 10_000;

/** Asks until so many spans are there. What is missing in the end is for a comparison to tell. */
export async function atLeast<T>(
  count: number,
  ask: () => Promise<readonly T[]>,
): Promise<readonly T[]> {
  let spans: readonly T[] = [];
  const isThere = async (): Promise<boolean> => {
    spans = await ask();
    return spans.length >= count;
  };
  await waitUntil(isThere, 'the trace is there', PATIENCE_MS).catch((error: unknown) => {
    if (spans.length === 0) throw error;
  });
  return spans;
}
