/** Where the next match is from a row on, around the end if need be; -1 without any. */
export function nextMatch(rows: readonly number[], from: number, direction: 1 | -1): number {
  if (rows.length === 0) return -1;
  if (direction === 1) return rows.find((row) => row > from) ?? rows[0] ?? -1;
  return rows.findLast((row) => row < from) ?? rows.at(-1) ?? -1;
}

/** The first match at a row or behind it; the first of all where there is none behind. */
export function matchFrom(rows: readonly number[], row: number): number {
  return rows.find((match) => match >= row) ?? rows[0] ?? -1;
}
