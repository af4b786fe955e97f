import { BoundedMap } from '../../../core/bounded-map.js';
import type { StoredTrace } from '../../../pipeline/span-store/stored-span.js';
import type { QueryProblem } from '../contract/index.js';
import type { ListQuery } from '../panel-backend.js';
import { parseQuery, type ParsedQuery } from '../query/parse-query.js';
import type { TraceEntry } from './trace-entry.js';

const REMEMBERED_QUERIES = 32;

/** A query with what it said about each trace, which holds as long as the trace does not change. */
class ListFilter {
  readonly problem: QueryProblem | undefined;
  private readonly verdicts = new WeakMap<StoredTrace, boolean>();

  constructor(
    private readonly query: ParsedQuery,
    private readonly withNoise: boolean,
  ) {
    this.problem = query.problem;
  }

  /** Of a query that cannot be read it is not known what it would show: nothing. */
  shows(entry: TraceEntry): boolean {
    if (!this.withNoise && entry.summary.noise !== undefined) return false;
    let verdict = this.verdicts.get(entry.trace);
    if (verdict === undefined) {
      verdict = this.query.matches?.(entry) ?? false;
      this.verdicts.set(entry.trace, verdict);
    }
    return verdict;
  }
}

/** Filters by their query: a browser asks the same several times a second. */
export class ListFilters {
  private readonly known = new BoundedMap<string, ListFilter>(REMEMBERED_QUERIES);

  for({ text, noise }: ListQuery): ListFilter {
    const key = `${Number(noise)}${text}`;
    let filter = this.known.get(key);
    if (filter === undefined) {
      filter = new ListFilter(parseQuery(text), noise);
      this.known.set(key, filter);
    }
    return filter;
  }
}
