import type {
  SpanStore,
  StoreChanges,
  StoreCounts,
} from '../../../../../libs/nestrace/src/pipeline/span-store/span-store.js';
import type { StoredTrace } from '../../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';

/** A store of traces that are put there whole; it counts how often each is read. */
export class TraceShelf implements SpanStore {
  paused = false;
  seq = 0;
  /** The oldest number of which it still knows what came after. */
  forgetsBefore = 0;
  reads = 0;
  private readonly traces = new Map<string, StoredTrace>();
  private readonly gone = new Map<string, number>();

  put(...traces: readonly StoredTrace[]): void {
    for (const trace of traces) this.traces.set(trace.traceId, { ...trace, seq: ++this.seq });
  }

  evict(traceId: string): void {
    this.traces.delete(traceId);
    this.gone.set(traceId, ++this.seq);
  }

  traceIds(): readonly string[] {
    return [...this.traces.keys()];
  }

  trace(traceId: string): StoredTrace | undefined {
    this.reads++;
    return this.traces.get(traceId);
  }

  wasEvicted(traceId: string): boolean {
    return this.gone.has(traceId);
  }

  changesSince(seq: number): StoreChanges {
    return {
      seq: this.seq,
      changed: [...this.traces.values()].filter((t) => t.seq > seq).map((t) => t.traceId),
      removed: [...this.gone].filter(([, at]) => at > seq).map(([traceId]) => traceId),
      isIncomplete: seq < this.forgetsBefore,
    };
  }

  counts(): StoreCounts {
    throw new Error('nobody should ask for them');
  }

  receive(): number {
    return 0;
  }

  clear(): void {
    this.traces.clear();
  }
}
