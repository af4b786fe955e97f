import type { RecordedSpan } from '../spans/recorded-span.js';
import type { SpanRecorder } from './span-recorder.js';
import type { IncomingHeaders, StoredSpan, StoredTrace } from './stored-span.js';

const OPEN = Symbol('nestrace.open-span');

interface Marked {
  [OPEN]?: OpenSpan | undefined;
}

/** A span that had not ended when it was looked at first. It is read when somebody asks. */
export class OpenSpan {
  readonly since = performance.now();
  private lastSeen = '';

  constructor(
    readonly trace: KeptTrace,
    readonly place: number,
    readonly span: RecordedSpan,
    readonly incoming: IncomingHeaders | undefined,
  ) {
    (span as Marked)[OPEN] = this;
  }

  /** Of a span that ends. */
  static of(span: object): OpenSpan | undefined {
    return (span as Marked)[OPEN];
  }

  /** Nobody waits for its end any more. */
  release(): void {
    (this.span as Marked)[OPEN] = undefined;
  }

  /** Whether what the list shows of it is another thing than the last time. */
  hasChanged(): boolean {
    const { name, status, hasEventsOrLinks } = this.span;
    const seen = `${status.code} ${hasEventsOrLinks ? this.span.events.length : 0} ${name}`;
    if (seen === this.lastSeen) return false;
    this.lastSeen = seen;
    return true;
  }
}

type Kept = StoredSpan | OpenSpan;

/** A trace as it grows. */
export class KeptTrace {
  seq = 0;
  bytes = 0;
  /** Spans that are here. */
  size = 0;
  open = 0;
  omitted = 0;
  readonly firstSeenMs = Date.now();
  /** In the order they were first seen; a span that was taken back leaves a gap. */
  private readonly list: (Kept | undefined)[] = [];
  /** Places by span id, for the few traces somebody looks into by id. */
  private places: Map<string, number> | undefined;
  private view: StoredTrace | undefined;

  constructor(readonly traceId: string) {}

  /** Something is another thing than before. */
  touch(seq: number): void {
    this.seq = seq;
    this.view = undefined;
  }

  begin(span: RecordedSpan, incoming: IncomingHeaders | undefined): OpenSpan {
    const open = new OpenSpan(this, this.list.length, span, incoming);
    this.push(open, span.spanContext().spanId);
    this.open++;
    return open;
  }

  add(span: StoredSpan): void {
    this.push(span, span.spanId);
  }

  at(place: number): Kept | undefined {
    return this.list[place];
  }

  put(place: number, kept: Kept | undefined): void {
    if (kept === undefined && this.list[place] !== undefined) this.size--;
    this.list[place] = kept;
  }

  /** Whether a span may be here twice: only then it has to be looked for. */
  get isMixed(): boolean {
    return this.places !== undefined;
  }

  find(spanId: string): number | undefined {
    this.places ??= new Map(
      this.list.flatMap((kept, place) => (kept ? [[idOf(kept), place]] : [])),
    );
    return this.places.get(spanId);
  }

  *openSpans(): Iterable<OpenSpan> {
    for (const kept of this.list) if (kept instanceof OpenSpan) yield kept;
  }

  /** What is open runs on, so it is read anew each time. */
  read(recorder: SpanRecorder): StoredTrace {
    if (this.view !== undefined && this.open === 0) return this.view;
    const { traceId, seq, open, omitted, firstSeenMs } = this;
    const spans: StoredSpan[] = [];
    for (const one of this.list) {
      if (one === undefined) continue;
      spans.push(one instanceof OpenSpan ? recorder.record(one.span, one.incoming) : one);
    }
    this.view = { traceId, seq, spans, openSpans: open, omittedSpans: omitted, firstSeenMs };
    return this.view;
  }

  private push(kept: Kept, spanId: string): void {
    this.places?.set(spanId, this.list.length);
    this.list.push(kept);
    this.size++;
  }
}

function idOf(kept: Kept): string {
  return kept instanceof OpenSpan ? kept.span.spanContext().spanId : kept.spanId;
}
