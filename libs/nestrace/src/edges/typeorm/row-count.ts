/**
 * How many rows a query answered with, where the driver says so: PostgreSQL and SQL.js by their
 * rows, others by the list they return. Numbers that only look like a count (better-sqlite3 returns
 * the id of the last row for every write) are not taken.
 */
export function rowCountOf(rawResults: unknown): number | undefined {
  if (Array.isArray(rawResults))
    return isListOfAnswers(rawResults) ? sum(rawResults) : rawResults.length;
  return rowsOf(rawResults)?.length;
}

/** pg and mysql2 answer a text of several statements, and a procedure, with one entry for each. */
function isListOfAnswers(results: readonly unknown[]): boolean {
  return results.length > 0 && results.every((result) => isAnswer(result));
}

function isAnswer(result: unknown): boolean {
  if (Array.isArray(result)) return true;
  if (typeof result !== 'object' || result === null) return false;
  const isFromPg = 'command' in result && rowsOf(result) !== undefined;
  return isFromPg || ('affectedRows' in result && 'serverStatus' in result);
}

function sum(results: readonly unknown[]): number {
  let rows = 0;
  for (const result of results) rows += rowCountOf(result) ?? 0;
  return rows;
}

function rowsOf(result: unknown): readonly unknown[] | undefined {
  if (typeof result !== 'object' || result === null) return undefined;
  const { rows } = result as { rows?: unknown };
  return Array.isArray(rows) ? rows : undefined;
}
