import type { SpanStore } from '../../../pipeline/span-store/span-store.js';
import type {
  StoredLink,
  StoredSpan,
  StoredTrace,
} from '../../../pipeline/span-store/stored-span.js';

/** A link, with the span that has it. */
export interface FoundLink {
  readonly from: StoredSpan;
  readonly link: StoredLink;
}

const MAX_FOUND = 100;

const perTrace = new WeakMap<StoredTrace, ReadonlyMap<string, readonly FoundLink[]>>();
const NONE: ReadonlyMap<string, readonly FoundLink[]> = new Map();

/** Links of any trace that lead to a span. */
export function linksTo(store: SpanStore, traceId: string, spanId: string): readonly FoundLink[] {
  const key = keyOf(traceId, spanId);
  const found: FoundLink[] = [];
  for (const id of store.traceIds()) {
    const trace = store.trace(id);
    if (trace === undefined) continue;
    found.push(...(linksOf(trace).get(key) ?? []));
    if (found.length >= MAX_FOUND) break;
  }
  return found.slice(0, MAX_FOUND);
}

/** The links of a trace by the span they lead to. */
function linksOf(trace: StoredTrace): ReadonlyMap<string, readonly FoundLink[]> {
  let links = perTrace.get(trace);
  if (links === undefined) {
    links = collect(trace);
    perTrace.set(trace, links);
  }
  return links;
}

function collect({ spans }: StoredTrace): ReadonlyMap<string, readonly FoundLink[]> {
  const all = spans.flatMap((from) => from.links.map((link) => ({ from, link })));
  if (all.length === 0) return NONE;
  const links = new Map<string, FoundLink[]>();
  for (const found of all) {
    const { traceId, spanId } = found.link.context;
    const key = keyOf(traceId, spanId);
    const list = links.get(key);
    if (list === undefined) links.set(key, [found]);
    else list.push(found);
  }
  return links;
}

function keyOf(traceId: string, spanId: string): string {
  return `${traceId}/${spanId}`;
}
