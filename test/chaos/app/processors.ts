import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';

/** Counts what the books of every exporter have to begin with. */
export class CountingProcessor implements SpanProcessor {
  ended = 0;

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) this.ended++;
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

const cannot = (): never => {
  throw new Error('a processor of the application');
};

/** Throws wherever it is called. */
export class ThrowingProcessor implements SpanProcessor {
  onStart = cannot;
  onEnd = cannot;
  forceFlush = cannot;
  shutdown = cannot;
}
