import { ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags, type Context } from '@opentelemetry/api';
import {
  TracerProvider,
  type ReadableSpan,
  type Span,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import { InMemoryTelemetry } from 'nestrace/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { failureCounts } from '../../../../libs/nestrace/src/core/failures.js';
import {
  discardLocalTrace,
  localTraceOf,
} from '../../../../libs/nestrace/src/pipeline/local-trace.js';
import { NPlusOneDetector } from '../../../../libs/nestrace/src/pipeline/processors/n-plus-one.detector.js';
import { SpanPipeline } from '../../../../libs/nestrace/src/pipeline/processors/span-pipeline.processor.js';
import { startTracing, type Tracing } from '../../support/tracing.js';

/** Writes down what it is told, and fails where it shall. */
class Member implements SpanProcessor {
  readonly calls: string[] = [];

  constructor(
    private readonly fails = false,
    private readonly rejects = fails,
  ) {}

  onStart(span: Span, parent: Context): void {
    const above = trace.getSpan(parent) as (Span & ReadableSpan) | undefined;
    this.note(`start ${span.name}${above === undefined ? '' : ` below ${above.name}`}`);
  }

  onEnding(span: Span): void {
    this.note(`ending ${span.name}`);
  }

  onEnd(span: ReadableSpan): void {
    this.note(`end ${span.name}`);
  }

  async forceFlush(): Promise<void> {
    this.calls.push('flush');
    if (this.rejects) throw new Error('broken');
  }

  async shutdown(): Promise<void> {
    this.calls.push('shutdown');
    if (this.rejects) throw new Error('broken');
  }

  private note(call: string): void {
    this.calls.push(call);
    if (this.fails) throw new Error('broken');
  }
}

class BrokenDetector extends NPlusOneDetector {
  constructor() {
    super(5);
  }
  override onStart(): never {
    throw new Error('broken');
  }
  override holds(): never {
    throw new Error('broken');
  }
}

let tracing: Tracing | undefined;

afterEach(() => {
  tracing?.stop();
});

describe('SpanPipeline', () => {
  it('tells every member everything, in order', async () => {
    const members = [new Member(), new Member()];
    tracing = startTracing({ members });
    const { tracer, provider } = tracing;
    tracer.startActiveSpan('root', (root) => {
      tracer.startSpan('child').end();
      root.end();
    });
    await provider.forceFlush();
    await provider.shutdown();
    for (const { calls } of members) {
      expect(calls).toEqual([
        'start root',
        'start child below root',
        'ending child',
        'end child',
        'ending root',
        'end root',
        'flush',
        'shutdown',
      ]);
    }
  });

  it('does not let a member that throws keep the others from anything', async () => {
    const [before, broken, after] = [new Member(), new Member(true), new Member()];
    tracing = startTracing({ members: [before, broken, after] });
    tracing.tracer.startSpan('span').end();
    await expect(tracing.provider.forceFlush()).resolves.toBeUndefined();
    await expect(tracing.provider.shutdown()).resolves.toBeUndefined();
    for (const { calls } of [before, broken, after]) {
      expect(calls).toEqual(['start span', 'ending span', 'end span', 'flush', 'shutdown']);
    }
    expect(tracing.spans.spans()).toHaveLength(1);
    expect(failureCounts().get('processor.start')).toBe(1);
    expect(failureCounts().get('processor.end')).toBe(4);
  });

  it('does not let a member that throws instead of rejecting keep the others from a flush', async () => {
    const broken = new Member();
    broken.forceFlush = () => {
      throw new Error('broken');
    };
    const after = new Member();
    await new SpanPipeline([broken, after]).forceFlush();
    expect(after.calls).toEqual(['flush']);
  });

  it('takes members that know nothing of spans that are ending', () => {
    const member: SpanProcessor = new Member();
    Object.assign(member, { onEnding: undefined });
    tracing = startTracing({ members: [member] });
    const known = failureCounts().get('processor.end') ?? 0;
    tracing.tracer.startSpan('span').end();
    expect((member as Member).calls).toEqual(['start span', 'end span']);
    expect(failureCounts().get('processor.end') ?? 0).toBe(known);
  });

  it('lets members change a span that is ending', () => {
    const member = new Member();
    member.onEnding = (span) => {
      span.setAttribute('last', 'word');
    };
    tracing = startTracing({ members: [member] });
    tracing.tracer.startSpan('span').end();
    expect(tracing.spans.spans()[0]?.attributes).toEqual({ last: 'word' });
  });

  it('cuts a status message that is too long', () => {
    const spans = new InMemoryTelemetry();
    const provider = new TracerProvider({
      spanProcessors: [new SpanPipeline([spans], undefined, 10)],
    });
    for (const message of ['0123456789', '0123456789a']) {
      const span = provider.getTracer('tests').startSpan('work');
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      span.end();
    }
    expect(spans.spans().map(({ status }) => status)).toEqual([
      { code: 'ERROR', message: '0123456789' },
      { code: 'ERROR', message: '0123456789' },
    ]);
  });

  it('ends the spans of a trace that was discarded, but not as sampled ones', () => {
    const ended: ReadableSpan[] = [];
    const member = new Member();
    member.onEnd = (span) => void ended.push(span);
    tracing = startTracing({ members: [member] });
    tracing.tracer.startActiveSpan('root', (root) => {
      discardLocalTrace(root);
      tracing?.tracer.startSpan('child').end();
      root.end();
    });
    expect(ended.map(({ name }) => name)).toEqual(['child', 'root']);
    expect(ended.map((span) => span.spanContext().traceFlags)).toEqual([0, 0]);
    expect(ended.every((span) => span.ended && span.duration[0] === 0)).toBe(true);
    expect(tracing.spans.spans()).toEqual([]);
    expect(tracing.spans.openSpans()).toEqual([]);
  });

  it('links every span to its local trace', () => {
    tracing = startTracing();
    const { tracer, telemetry } = tracing;
    const root = tracer.startSpan('root');
    const child = tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root));
    expect(localTraceOf(child)).toBe(localTraceOf(root));
    expect(localTraceOf(root)).toMatchObject({ root, telemetry });
  });

  it('begins a local trace of its own below a remote parent and for a root span', () => {
    tracing = startTracing();
    const { tracer } = tracing;
    const remote = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    });
    const served = tracer.startSpan('served', {}, remote);
    const job = tracer.startSpan('job', { root: true }, trace.setSpan(ROOT_CONTEXT, served));
    expect(localTraceOf(served)?.root).toBe(served);
    expect(localTraceOf(job)?.root).toBe(job);
  });

  it('keeps the traces of two applications apart', () => {
    const [one, other] = [startTracing({ service: 'one' }), startTracing({ service: 'other' })];
    const span = one.tracer.startSpan('in one');
    const guest = other.tracer.startSpan('in other', {}, trace.setSpan(ROOT_CONTEXT, span));
    expect(localTraceOf(guest)?.telemetry).toBe(one.telemetry);
    guest.end();
    span.end();
    expect(one.spans.spans().map(({ name }) => name)).toEqual(['in one']);
    expect(other.spans.spans().map(({ name }) => name)).toEqual(['in other']);
    other.stop();
    one.stop();
  });

  it('works before it knows its telemetry', () => {
    const member = new Member();
    const pipeline = new SpanPipeline([member]);
    const span = trace.wrapSpanContext({ traceId: '1', spanId: '2', traceFlags: 1 });
    pipeline.onStart(Object.assign(span, { name: 'early' }) as unknown as Span, ROOT_CONTEXT);
    expect(localTraceOf(span)).toMatchObject({ root: span, telemetry: undefined });
    expect(member.calls).toEqual(['start early']);
  });

  it('exports spans even when the detection of N+1 queries breaks', () => {
    const known = failureCounts();
    const [starts, ends] = [known.get('processor.start') ?? 0, known.get('processor.end') ?? 0];
    tracing = startTracing({ nPlusOne: new BrokenDetector() });
    tracing.tracer.startSpan('span').end();
    expect(tracing.spans.spans().map(({ name }) => name)).toEqual(['span']);
    expect(known.get('processor.start')).toBe(starts + 1);
    expect(known.get('processor.end')).toBe(ends + 1);
  });

  it('needs no members', async () => {
    const pipeline = new SpanPipeline([]);
    await expect(pipeline.forceFlush()).resolves.toBeUndefined();
    await expect(pipeline.shutdown()).resolves.toBeUndefined();
  });
});
