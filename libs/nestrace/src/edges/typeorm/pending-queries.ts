import type { AfterQueryLike, QueryRunnerLike } from './typeorm-shapes.js';

/** Queries of one runner that have begun and not ended. More than this are a leak, not a load. */
const MAX_PENDING = 1000;

interface Key {
  readonly query: string;
  readonly parameters?: unknown;
}

/**
 * Brings the end of a query together with its beginning. Both events name the runner and the text,
 * but several queries may be under way on one runner, and SQL.js reports the end with a copy of the
 * parameters. An end without a beginning finds nothing, a second end neither.
 */
export class PendingQueries<T extends Key> {
  private readonly byRunner = new WeakMap<QueryRunnerLike, T[]>();

  /** How many queries of a runner have not ended. */
  countOf(runner: QueryRunnerLike): number {
    return this.byRunner.get(runner)?.length ?? 0;
  }

  /** Returns what had to make room: a query whose end never came. */
  add(runner: QueryRunnerLike, entry: T): T | undefined {
    let entries = this.byRunner.get(runner);
    if (entries === undefined) this.byRunner.set(runner, (entries = []));
    entries.push(entry);
    return entries.length > MAX_PENDING ? entries.shift() : undefined;
  }

  /** Takes out one entry; false when its end has already come. */
  remove(runner: QueryRunnerLike, entry: T): boolean {
    const entries = this.byRunner.get(runner);
    const index = entries?.indexOf(entry) ?? -1;
    if (index !== -1) entries?.splice(index, 1);
    return index !== -1;
  }

  take({ queryRunner, query, parameters }: AfterQueryLike): T | undefined {
    const entries = this.byRunner.get(queryRunner);
    if (entries === undefined) return undefined;
    const exact = entries.findIndex(
      (entry) => entry.query === query && sameParameters(entry.parameters, parameters),
    );
    const index = exact === -1 ? entries.findIndex((entry) => entry.query === query) : exact;
    return index === -1 ? undefined : entries.splice(index, 1)[0];
  }
}

function sameParameters(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every(
    (value, index) => Object.is(value, b[index]) || (value === undefined && b[index] === null),
  );
}
