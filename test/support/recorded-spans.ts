import type { Tracer } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  TracerProvider,
  type ReadableSpan,
  type SpanLimits,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';

/** Keeps spans as the SDK hands them to processors, with all their nanoseconds. */
export class SpanRecorder implements SpanProcessor {
  readonly spans: ReadableSpan[] = [];

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    this.spans.push(span);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

/** Makes real spans of the SDK, without any application around. */
export function recordSpans(
  work: (tracer: Tracer) => void,
  { spanLimits = {} }: { readonly spanLimits?: SpanLimits } = {},
): ReadableSpan[] {
  const recorder = new SpanRecorder();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'orders', 'service.version': '1.2.3' }),
    sampler: new AlwaysOnSampler(),
    spanProcessors: [recorder],
    spanLimits,
  });
  work(provider.getTracer('tests', '0.0.1'));
  return recorder.spans;
}
