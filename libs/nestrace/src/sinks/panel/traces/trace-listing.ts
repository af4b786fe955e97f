import type { SpanStore } from '../../../pipeline/span-store/span-store.js';
import type { RouteList, StreamTick, TraceList, TraceSummary } from '../contract/index.js';
import type { ListQuery } from '../panel-backend.js';
import type { AnalysisSettings } from './analysis-settings.js';
import { countTraces } from './count-traces.js';
import { KnownTraces } from './known-traces.js';
import { ListFilters } from './list-filter.js';
import { routeRows } from './routes.js';
import { seenKeys } from './seen-keys.js';

const DEFAULT_LIMIT = 200;
const MAX_LIMIT = 1_000;

/** What the stream tells of the list. */
export type ListTick = Omit<StreamTick, 'export' | 'capture'>;

/** The list of traces, as a whole and as what has changed. */
export class TraceListing {
  private readonly known: KnownTraces;
  private readonly filters = new ListFilters();
  private keys: { readonly seq: number; readonly keys: readonly string[] } | undefined;

  constructor(
    private readonly store: SpanStore,
    settings: AnalysisSettings,
    private readonly bootId: string,
  ) {
    this.known = new KnownTraces(store, settings);
  }

  list(query: ListQuery): TraceList {
    const { since } = query;
    this.known.refresh();
    const tick = since === undefined ? 'resync' : this.tick({ ...query, since });
    const { problem } = this.filters.for(query);
    if (tick !== 'resync') {
      const { upserts, ...rest } = tick;
      return { ...rest, traces: upserts, ...(problem !== undefined && { problem }) };
    }
    const { seq } = this.store;
    const shown = this.shown(query);
    return {
      bootId: this.bootId,
      seq,
      traces: shown.slice(0, limitOf(query)),
      removed: [],
      ...(since !== undefined && { resync: true as const }),
      matching: shown.length,
      counts: countTraces(this.known.entries().values(), query.noise),
      ...(problem !== undefined && { problem }),
    };
  }

  /** What has changed after `since`; `'resync'` where nobody knows any more. */
  tick(query: ListQuery & { readonly since: number }): ListTick | 'resync' {
    const changes = this.store.changesSince(query.since);
    if (changes.isIncomplete || query.since > changes.seq) return 'resync';
    const entries = this.known.entries();
    const filter = this.filters.for(query);
    const upserts: TraceSummary[] = [];
    const removed = [...changes.removed];
    for (const traceId of changes.changed) {
      const entry = entries.get(traceId);
      if (entry !== undefined && filter.shows(entry)) upserts.push(entry.summary);
      else removed.push(traceId);
    }
    let matching = 0;
    for (const entry of entries.values()) if (filter.shows(entry)) matching++;
    const counts = countTraces(entries.values(), query.noise);
    return { bootId: this.bootId, seq: changes.seq, upserts, removed, matching, counts };
  }

  /** Of what is not noise. */
  routes(): RouteList {
    const summaries = Array.from(this.known.entries().values(), ({ summary }) => summary);
    return { routes: routeRows(summaries.filter(({ noise }) => noise === undefined)) };
  }

  /** Keys of attributes for suggestions, the most frequent first. */
  attributeKeys(): readonly string[] {
    const { seq } = this.store;
    if (this.keys?.seq !== seq) {
      const traces = Array.from(this.known.entries().values(), ({ trace }) => trace);
      this.keys = { seq, keys: seenKeys(traces) };
    }
    return this.keys.keys;
  }

  summary(traceId: string): TraceSummary | undefined {
    this.known.refresh(traceId);
    return this.known.entries().get(traceId)?.summary;
  }

  /** The newest first. */
  private shown(query: ListQuery): readonly TraceSummary[] {
    const filter = this.filters.for(query);
    const shown: TraceSummary[] = [];
    for (const entry of this.known.entries().values()) {
      if (filter.shows(entry)) shown.push(entry.summary);
    }
    return shown.toReversed();
  }
}

function limitOf({ limit = DEFAULT_LIMIT }: ListQuery): number {
  return Number.isFinite(limit)
    ? Math.min(MAX_LIMIT, Math.max(1, Math.floor(limit)))
    : DEFAULT_LIMIT;
}
