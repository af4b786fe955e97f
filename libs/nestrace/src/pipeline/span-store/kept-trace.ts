import type { Span } from '@opentelemetry/sdk-trace';
import type { IncomingHeaders, StoredSpan, StoredTrace } from './stored-span.js';
import type { SpanRecorder } from './to-stored-span.js';

/** A span that has not ended. It is read when somebody asks. */
export class OpenSpan {
  readonly since = performance.now();
  private lastSeen = '';

  constructor(
    readonly trace: KeptTrace,
    readonly span: Span,
    readonly incoming: IncomingHeaders | undefined,
  ) {}

  /** Whether what the list shows of it is another thing than the last time. */
  hasChanged(): boolean {
    const { name, status } = this.span;
    const seen = `${status.code} ${this.span.events.length} ${name}`;
    if (seen === this.lastSeen) return false;
    this.lastSeen = seen;
    return true;
  }
}

/** A trace as it grows. */
export class KeptTrace {
  readonly spans = new Map<string, StoredSpan | OpenSpan>();
  seq = 0;
  bytes = 0;
  open = 0;
  omitted = 0;
  readonly firstSeenMs = Date.now();
  private view: StoredTrace | undefined;

  constructor(readonly traceId: string) {}

  /** Something is another thing than before. */
  touch(seq: number): void {
    this.seq = seq;
    this.view = undefined;
  }

  /** What is open runs on, so it is read anew each time. */
  read(recorder: SpanRecorder): StoredTrace {
    if (this.view !== undefined && this.open === 0) return this.view;
    const { traceId, seq, open, omitted, firstSeenMs } = this;
    const spans: StoredSpan[] = [];
    for (const one of this.spans.values()) {
      spans.push(one instanceof OpenSpan ? recorder.record(one.span, one.incoming) : one);
    }
    this.view = { traceId, seq, spans, openSpans: open, omittedSpans: omitted, firstSeenMs };
    return this.view;
  }
}
