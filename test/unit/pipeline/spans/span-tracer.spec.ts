import {
  context,
  createTraceState,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { suppressTracing } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  SamplingDecision,
  TracerProvider,
  type ReadableSpan,
  type Sampler,
  type SamplingResult,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SamplingOptions } from '../../../../libs/nestrace/src/config/sampling.options.js';
import { SpanPipeline } from '../../../../libs/nestrace/src/pipeline/processors/span-pipeline.processor.js';
import { createSampler } from '../../../../libs/nestrace/src/pipeline/sampling/head-sampler.js';
import { UnsampledTraces } from '../../../../libs/nestrace/src/pipeline/spans/unsampled.js';
import { SpanTracerProvider } from '../../../../libs/nestrace/src/pipeline/spans/span-tracer.provider.js';
import type { SpanTracer } from '../../../../libs/nestrace/src/pipeline/spans/span-tracer.js';
import { untracedContext } from '../../../../libs/nestrace/src/pipeline/untraced.js';
import { resolve } from '../../support/options.js';
import { EVERYTHING, NOTHING } from '../../support/tracing.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const resource = resourceFromAttributes({});

class Started implements SpanProcessor {
  readonly spans: ReadableSpan[] = [];
  readonly parents: Context[] = [];
  onStart(span: Span, parent: Context): void {
    this.spans.push(span as unknown as ReadableSpan);
    this.parents.push(parent);
  }
  onEnd(): void {}
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

/** A sampler of the user, and all it was asked. */
class Curious implements Sampler {
  readonly asked: unknown[][] = [];

  constructor(private readonly answer: (attributes: Attributes, links: Link[]) => SamplingResult) {}

  shouldSample(...question: Parameters<Sampler['shouldSample']>): SamplingResult {
    const [, , name, kind, attributes, links] = question;
    this.asked.push([name, kind, { ...attributes }, [...links]]);
    return this.answer(attributes, links);
  }
}

function makers(sampler: () => Sampler): readonly ((processor: SpanProcessor) => Tracer)[] {
  const { limits } = resolve();
  return [
    (processor) =>
      new TracerProvider({ resource, sampler: sampler(), spanProcessors: [processor] }).getTracer(
        's',
      ),
    (processor) =>
      new SpanTracerProvider({ resource, sampler: sampler(), limits, processor }).getTracer('s'),
  ];
}

function remote(traceFlags: number): Context {
  const traceState = createTraceState('vendor=1');
  const parent = { traceId: TRACE, spanId: 'b'.repeat(16), traceFlags, traceState, isRemote: true };
  return trace.setSpanContext(ROOT_CONTEXT, parent);
}

const AROUND: readonly (readonly [what: string, around: () => Context])[] = [
  ['nothing', () => ROOT_CONTEXT],
  ['a sampled caller', () => remote(TraceFlags.SAMPLED)],
  ['a caller that is not sampled', () => remote(TraceFlags.NONE)],
  ['a caller with other flags', () => remote(0xff)],
  ['a context without span', () => trace.setSpanContext(ROOT_CONTEXT, INVALID_SPAN_CONTEXT)],
  [
    'a broken caller',
    () => trace.setSpanContext(ROOT_CONTEXT, { traceId: 'x', spanId: 'y', traceFlags: 1 }),
  ],
  ['no tracing', () => suppressTracing(remote(TraceFlags.SAMPLED))],
  [
    'a span of this process',
    () =>
      trace.setSpan(
        ROOT_CONTEXT,
        new TracerProvider({ resource, sampler: new AlwaysOnSampler() })
          .getTracer('other')
          .startSpan('other'),
      ),
  ],
];

const SAMPLERS: readonly (readonly [what: string, sampling: SamplingOptions])[] = [
  ['always', { strategy: 'always' }],
  ['never', { strategy: 'never' }],
  ['a ratio of everything', { strategy: 'ratio', ratio: 1 }],
  ['a ratio of nothing', { strategy: 'ratio', ratio: 0 }],
  ['parent_based', { strategy: 'parent_based', ratio: 1 }],
  ['parent_based without roots', { strategy: 'parent_based', ratio: 0 }],
];

describe.each(AROUND)('a span started in %s', (_what, around) => {
  it.each(SAMPLERS)('is what the SDK makes of it, sampled by %s', (_name, sampling) => {
    for (const root of [false, true]) {
      const outer = around();
      const [theirs, ours] = makers(() => createSampler(resolve({ sampling }).sampling)).map(
        (make) => {
          const processor = new Started();
          const tracer = make(processor);
          const span = tracer.startSpan('span', { root, attributes: { a: 1 } }, outer);
          const { traceId, spanId, traceFlags, traceState, isRemote } = span.spanContext();
          const parent = trace.getSpanContext(outer);
          const [started] = processor.spans;
          return {
            isRecording: span.isRecording(),
            ids: [traceId.length, spanId.length],
            joins: traceId === parent?.traceId,
            isParent: spanId === parent?.spanId,
            state: traceState?.serialize(),
            traceFlags,
            isRemote,
            parent: started?.parentSpanContext,
            attributes: started?.attributes,
            givenToProcessor: processor.parents.map((given) => trace.getSpanContext(given)),
          };
        },
      );
      expect(ours).toEqual(theirs);
    }
  });
});

describe('a sampler of the user', () => {
  const options = {
    kind: SpanKind.CLIENT,
    attributes: { a: 1, bad: {} as string, '': 'x' },
    links: [{ context: { traceId: TRACE, spanId: 'b'.repeat(16), traceFlags: 1 } }],
  };

  it.each<readonly [what: string, answer: SamplingResult]>([
    ['records', { decision: SamplingDecision.RECORD }],
    ['samples', { decision: SamplingDecision.RECORD_AND_SAMPLED }],
    ['refuses', { decision: SamplingDecision.NOT_RECORD }],
    [
      'adds attributes',
      { decision: SamplingDecision.RECORD_AND_SAMPLED, attributes: { a: 2, b: [1, 'x'] as never } },
    ],
    [
      'sets the trace state',
      { decision: SamplingDecision.RECORD_AND_SAMPLED, traceState: createTraceState('own=1') },
    ],
  ])('that %s sees and gets what it does with the SDK', (_what, answer) => {
    const [theirs, ours] = [false, true].map((isOurs) => {
      const user = new Curious((attributes) => {
        attributes['mutated'] = true;
        return answer;
      });
      const sampler = isOurs
        ? createSampler(resolve({ sampling: { sampler: user } }).sampling)
        : user;
      const processor = new Started();
      const tracer = makers(() => sampler)[isOurs ? 1 : 0]?.(processor);
      const span = tracer?.startSpan('span', options, remote(TraceFlags.SAMPLED));
      const { traceFlags, traceState } = span?.spanContext() ?? INVALID_SPAN_CONTEXT;
      const facts = processor.spans.map(({ attributes, links }) => [attributes, links]);
      return { asked: user.asked, facts, traceFlags, state: traceState?.serialize() };
    });
    expect(ours).toEqual(theirs);
  });

  it('sees what is only described, and children as well', () => {
    const user = new Curious(() => ({ decision: SamplingDecision.RECORD_AND_SAMPLED }));
    const sampler = createSampler(resolve({ sampling: { sampler: user } }).sampling);
    const processor = new Started();
    const tracer = makers(() => sampler)[1]?.(processor) as SpanTracer;
    const span = tracer.startSpan('parent', { describe: () => ({ a: 1 }) }, ROOT_CONTEXT);
    tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, span));
    expect(user.asked).toEqual([
      ['parent', SpanKind.INTERNAL, { a: 1 }, []],
      ['child', SpanKind.INTERNAL, {}, []],
    ]);
    expect(processor.spans[0]?.attributes).toEqual({ a: 1 });
  });

  it('is asked even when it takes the place of the usual one', () => {
    const user = new Curious(() => ({ decision: SamplingDecision.NOT_RECORD }));
    const tracer = makers(() => user)[1]?.(new Started());
    expect(tracer?.startSpan('span', {}, ROOT_CONTEXT).isRecording()).toBe(false);
    expect(user.asked).toHaveLength(1);
  });
});

describe('attributes that are described', () => {
  const { limits } = resolve({ limits: { attributeCount: 2, attributeValueLength: 3 } });

  function start(sampler: Sampler, made: () => Attributes): ReadableSpan | undefined {
    const processor = new Started();
    const provider = new SpanTracerProvider({ resource, sampler, limits, processor });
    (provider.getTracer('s') as SpanTracer).startSpan('span', { describe: made }, ROOT_CONTEXT);
    return processor.spans[0];
  }

  it('are not made for a span nobody records', () => {
    let calls = 0;
    const made = (): Attributes => {
      calls++;
      return {};
    };
    expect(start(NOTHING, made)).toBeUndefined();
    expect(calls).toBe(0);
    start(EVERYTHING, made);
    expect(calls).toBe(1);
  });

  it('are taken as they are where they fit', () => {
    const attributes = { a: 'abc', b: ['abc', 'a'] };
    expect(start(EVERYTHING, () => attributes)?.attributes).toBe(attributes);
  });

  it.each<readonly [what: string, given: Attributes, kept: Attributes, dropped: number]>([
    ['too many', { a: 1, b: 2, c: 3 }, { a: 1, b: 2 }, 1],
    ['too long', { a: 'abcd' }, { a: 'abc' }, 0],
    ['too long in a list', { a: ['abcd', 'a'] }, { a: ['abc', 'a'] }, 0],
    ['missing', { a: undefined, b: 2, c: 3 }, { b: 2, c: 3 }, 0],
  ])('keep the limits when they are %s', (_what, given, kept, dropped) => {
    const span = start(EVERYTHING, () => given);
    expect(span?.attributes).toEqual(kept);
    expect(Object.keys(span?.attributes ?? {})).toEqual(Object.keys(kept));
    expect(span?.droppedAttributesCount).toBe(dropped);
  });

  it('count for the limit of those set later', () => {
    const span = start(EVERYTHING, () => ({ a: 1 })) as unknown as Span & ReadableSpan;
    span.setAttributes({ a: 2, b: 2, c: 3 });
    expect(span.attributes).toEqual({ a: 2, b: 2 });
    expect(span.droppedAttributesCount).toBe(1);
  });
});

describe('startActiveSpan', () => {
  beforeEach(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
  afterEach(() => {
    context.disable();
  });

  it.each([0, 1])('runs a function inside a new span, in all its forms (%i)', (which) => {
    const processor = new Started();
    const tracer = makers(() => EVERYTHING)[which]?.(processor) as Tracer;
    const outer = remote(TraceFlags.SAMPLED);
    const isActive = (span: Span): boolean => trace.getActiveSpan() === span;
    expect(tracer.startActiveSpan('one', isActive)).toBe(true);
    expect(tracer.startActiveSpan('two', { kind: SpanKind.CLIENT }, isActive)).toBe(true);
    expect(tracer.startActiveSpan('three', {}, outer, isActive)).toBe(true);
    expect((tracer.startActiveSpan as (name: string) => unknown)('nothing to run')).toBeUndefined();
    expect(processor.spans.map(({ name, kind }) => [name, kind])).toEqual([
      ['one', SpanKind.INTERNAL],
      ['two', SpanKind.CLIENT],
      ['three', SpanKind.INTERNAL],
    ]);
    expect(processor.spans[2]?.parentSpanContext?.traceId).toBe(TRACE);
    expect(trace.getActiveSpan()).toBeUndefined();
  });
});

describe('a tracer that records what is not sampled', () => {
  function tracer(sampler: Sampler): { tracer: Tracer; started: Started } {
    const started = new Started();
    const provider = new SpanTracerProvider({
      resource,
      sampler,
      limits: resolve().limits,
      processor: started,
      unsampled: new UnsampledTraces(true),
    });
    return { tracer: provider.getTracer('s'), started };
  }

  const refusing = (): Sampler => new Curious(() => ({ decision: SamplingDecision.NOT_RECORD }));
  const user = (): Sampler =>
    createSampler(resolve({ sampling: { sampler: refusing() } }).sampling);

  it.each([
    ['the ratio', () => NOTHING],
    ['a sampler of the user', user],
  ])('records whole traces, which %s left out, without the flag', (_, sampler) => {
    const { tracer: maker, started } = tracer(sampler());
    const root = maker.startSpan('root', {}, ROOT_CONTEXT);
    const child = maker.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root));
    root.end();
    const late = maker.startSpan('late', {}, trace.setSpan(ROOT_CONTEXT, root));
    for (const span of [root, child, late]) {
      expect(span.spanContext()).toMatchObject({
        traceId: root.spanContext().traceId,
        traceFlags: TraceFlags.NONE,
      });
    }
    expect([child.isRecording(), late.isRecording()]).toEqual([true, true]);
    expect(started.spans.map(({ name }) => name)).toEqual(['root', 'child', 'late']);
  });

  it('shows it to those who watch this process, and to no processor of the application', async () => {
    const application = new Started();
    const watcher = new Started();
    const decisions = [SamplingDecision.NOT_RECORD, SamplingDecision.RECORD];
    const provider = new SpanTracerProvider({
      resource,
      sampler: createSampler(
        resolve({
          sampling: {
            sampler: new Curious(() => ({
              decision: decisions.shift() ?? SamplingDecision.RECORD_AND_SAMPLED,
            })),
          },
        }).sampling,
      ),
      limits: resolve().limits,
      processor: new SpanPipeline([application], undefined, undefined, undefined, [watcher]),
      unsampled: new UnsampledTraces(true),
    });
    const maker = provider.getTracer('s');
    for (const name of ['unwanted', 'recorded', 'sampled']) maker.startSpan(name).end();
    expect(application.spans.map(({ name }) => name)).toEqual(['recorded', 'sampled']);
    expect(watcher.spans.map(({ name }) => name)).toEqual(['unwanted', 'recorded', 'sampled']);
    await provider.shutdown();
  });

  it('records what a caller left out', () => {
    const { tracer: maker } = tracer(EVERYTHING);
    const sampler = createSampler(resolve({ sampling: { ratio: 1 } }).sampling);
    expect(tracer(sampler).tracer.startSpan('s', {}, remote(0)).isRecording()).toBe(true);
    expect(maker.startSpan('s', {}, remote(0)).spanContext().traceFlags).toBe(TraceFlags.SAMPLED);
  });

  it.each([
    ['the ratio', () => NOTHING],
    ['a sampler of the user', user],
  ])('records nothing below what must leave no trace (%s)', (_, sampler) => {
    const { tracer: maker, started } = tracer(sampler());
    const around = untracedContext(ROOT_CONTEXT);
    expect(maker.startSpan('s', {}, around).isRecording()).toBe(false);
    expect(maker.startSpan('s', {}, suppressTracing(ROOT_CONTEXT)).isRecording()).toBe(false);
    expect(started.spans).toEqual([]);
  });
});
