import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** The spans of one open trace that wait for its end. */
export class TraceBuffer {
  readonly since = performance.now();
  /** Spans that were let go. */
  omitted = 0;
  /** It was let go before its trace was over. */
  isGone = false;
  private spans: ReadableSpan[] | undefined = [];

  /** Whether spans still wait in here. */
  get isOpen(): boolean {
    return this.spans !== undefined;
  }

  get size(): number {
    return this.spans?.length ?? 0;
  }

  add(span: ReadableSpan): void {
    this.spans?.push(span);
  }

  /** What has been waiting; from now on nothing does. */
  close(): readonly ReadableSpan[] {
    const spans = this.spans ?? [];
    this.spans = undefined;
    return spans;
  }
}
