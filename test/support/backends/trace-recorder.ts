import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';

/** Keeps the spans an application hands to its exporters, and knows which traces have ended. */
export class TraceRecorder implements SpanProcessor {
  readonly spans: ReadableSpan[] = [];
  private readonly open = new Map<string, number>();

  onStart(span: Span): void {
    this.count(span.spanContext().traceId, 1);
  }

  onEnd(span: ReadableSpan): void {
    this.spans.push(span);
    this.count(span.spanContext().traceId, -1);
  }

  of(traceId: string): readonly ReadableSpan[] {
    return this.spans.filter((span) => span.spanContext().traceId === traceId);
  }

  hasOpen(traceId: string): boolean {
    return (this.open.get(traceId) ?? 0) > 0;
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  private count(traceId: string, by: number): void {
    this.open.set(traceId, (this.open.get(traceId) ?? 0) + by);
  }
}
