import { ROOT_CONTEXT, trace, TraceFlags, type Context, type Span } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { SamplingKeepOptions } from '../../../../libs/nestrace/src/config/sampling-keep.options.js';
import { TraceKeeper } from '../../../../libs/nestrace/src/pipeline/keeping/trace-keeper.js';
import { SpanPipeline } from '../../../../libs/nestrace/src/pipeline/processors/span-pipeline.processor.js';
import { SpanTracerProvider } from '../../../../libs/nestrace/src/pipeline/spans/span-tracer.provider.js';
import { UnsampledTraces } from '../../../../libs/nestrace/src/pipeline/spans/unsampled.js';
import { resolve } from '../../support/options.js';
import { NOTHING } from '../../support/tracing.js';

/** What a processor behind the pipeline sees. */
class Member implements SpanProcessor {
  readonly started: string[] = [];
  readonly ended: ReadableSpan[] = [];

  onStart(span: ReadableSpan): void {
    this.started.push(span.name);
  }

  onEnd(span: ReadableSpan): void {
    this.ended.push(span);
  }

  /** What an exporter takes. */
  get exported(): string[] {
    return this.ended
      .filter((span) => (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0)
      .map(({ name }) => name);
  }

  /** What it does not take. */
  get leftOut(): string[] {
    return this.ended
      .filter((span) => (span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0)
      .map(({ name }) => name);
  }

  forceFlush = (): Promise<void> => Promise.resolve();
  shutdown = (): Promise<void> => Promise.resolve();
}

/** A tracer whose sampler leaves everything out, and what may be kept all the same. */
export function startKeeping(keep: SamplingKeepOptions = {}, { panel = false } = {}) {
  const { sampling, limits } = resolve({ sampling: { keep } });
  const keeper = new TraceKeeper(sampling.keep);
  const member = new Member();
  const watcher = new Member();
  const provider = new SpanTracerProvider({
    resource: resourceFromAttributes({}),
    sampler: NOTHING,
    limits,
    processor: new SpanPipeline([member], undefined, undefined, undefined, [watcher], keeper),
    unsampled: new UnsampledTraces(panel, keeper),
  });
  const tracer = provider.getTracer('test');
  const start = (name: string, parent?: Span, around: Context = ROOT_CONTEXT): Span =>
    tracer.startSpan(name, {}, parent === undefined ? around : trace.setSpan(around, parent));
  return { keeper, member, watcher, tracer, start };
}
