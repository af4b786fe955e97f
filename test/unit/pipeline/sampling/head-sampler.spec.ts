import {
  context,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type Context,
  type SpanContext,
} from '@opentelemetry/api';
import { SamplingDecision, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace';
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createSampler,
  HeadSampler,
} from '../../../../libs/nestrace/src/pipeline/sampling/head-sampler.js';
import { untracedContext } from '../../../../libs/nestrace/src/pipeline/untraced.js';
import { resolve } from '../../support/options.js';
import { startTracing, type Tracing } from '../../support/tracing.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const { NOT_RECORD, RECORD, RECORD_AND_SAMPLED } = SamplingDecision;

function below(parent: Partial<SpanContext>): Context {
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: TRACE,
    spanId: 'b7ad6b7169203331',
    traceFlags: TraceFlags.SAMPLED,
    ...parent,
  });
}

const LOCAL_YES = below({});
const LOCAL_NO = below({ traceFlags: TraceFlags.NONE });
const REMOTE_YES = below({ isRemote: true });
const REMOTE_NO = below({ isRemote: true, traceFlags: TraceFlags.NONE });

function ask(sampler: Sampler, parent: Context, traceId = TRACE): SamplingDecision {
  return sampler.shouldSample(parent, traceId, 'name', SpanKind.INTERNAL, {}, []).decision;
}

function samplerFor(sampling: object): Sampler {
  return createSampler(resolve({ sampling }).sampling);
}

/** Answers what it is told to and remembers what it was asked. */
class OwnSampler implements Sampler {
  readonly asked: unknown[][] = [];

  constructor(private readonly result: SamplingResult) {}

  shouldSample(...args: unknown[]): SamplingResult {
    this.asked.push(args);
    return this.result;
  }

  toString(): string {
    return 'OwnSampler';
  }
}

describe('a root span', () => {
  it.each([
    ['always', undefined, RECORD_AND_SAMPLED],
    ['never', undefined, NOT_RECORD],
    ['ratio', 1, RECORD_AND_SAMPLED],
    ['ratio', 0, NOT_RECORD],
    ['parent_based', 1, RECORD_AND_SAMPLED],
    ['parent_based', 0, NOT_RECORD],
  ])('is decided by %s with ratio %s', (strategy, ratio, expected) => {
    expect(ask(samplerFor({ strategy, ratio }), ROOT_CONTEXT)).toBe(expected);
  });

  it.each(['ratio', 'parent_based'])('is sampled in about the given share by %s', (strategy) => {
    const sampler = samplerFor({ strategy, ratio: 0.3 });
    const traces = 20_000;
    let sampled = 0;
    for (let count = 0; count < traces; count++) {
      const traceId = randomBytes(16).toString('hex');
      if (ask(sampler, ROOT_CONTEXT, traceId) === RECORD_AND_SAMPLED) sampled++;
    }
    // Eight standard deviations: a fair sampler misses this once in 10^15 runs.
    expect(Math.abs(sampled / traces - 0.3)).toBeLessThan(0.026);
  });

  it('is decided by its trace id, so that other services decide the same', () => {
    const [one, other] = [samplerFor({ ratio: 0.5 }), samplerFor({ ratio: 0.5 })];
    const ids = Array.from({ length: 200 }, () => randomBytes(16).toString('hex'));
    const decide = (sampler: Sampler): SamplingDecision[] =>
      ids.map((id) => ask(sampler, ROOT_CONTEXT, id));
    expect(decide(one)).toEqual(decide(other));
    expect(new Set(decide(one)).size).toBe(2);
  });

  it.each([INVALID_SPAN_CONTEXT, { ...INVALID_SPAN_CONTEXT, traceFlags: TraceFlags.SAMPLED }])(
    'is what starts below an invalid parent %j',
    (parent) => {
      const invalid = trace.setSpanContext(ROOT_CONTEXT, parent);
      expect(ask(samplerFor({ strategy: 'always' }), invalid)).toBe(RECORD_AND_SAMPLED);
      expect(ask(samplerFor({ strategy: 'never' }), invalid)).toBe(NOT_RECORD);
    },
  );
});

describe('a span below a remote parent', () => {
  it.each([
    ['always', undefined, RECORD_AND_SAMPLED, RECORD_AND_SAMPLED],
    ['never', undefined, NOT_RECORD, NOT_RECORD],
    ['ratio', 1, RECORD_AND_SAMPLED, RECORD_AND_SAMPLED],
    ['ratio', 0, NOT_RECORD, NOT_RECORD],
    ['parent_based', 0, RECORD_AND_SAMPLED, NOT_RECORD],
    ['parent_based', 1, RECORD_AND_SAMPLED, NOT_RECORD],
  ])('is decided by %s with ratio %s', (strategy, ratio, whenSampled, whenNot) => {
    const sampler = samplerFor({ strategy, ratio });
    expect(ask(sampler, REMOTE_YES)).toBe(whenSampled);
    expect(ask(sampler, REMOTE_NO)).toBe(whenNot);
  });
});

describe('a span below a local parent', () => {
  it.each(['always', 'never', 'ratio', 'parent_based'])(
    'shares the fate of its parent under %s',
    (strategy) => {
      for (const ratio of [0, 1]) {
        const sampler = samplerFor({ strategy, ratio });
        expect(ask(sampler, LOCAL_YES)).toBe(RECORD_AND_SAMPLED);
        expect(ask(sampler, LOCAL_NO)).toBe(NOT_RECORD);
      }
    },
  );

  it('does not bother the root sampler', () => {
    const root = new OwnSampler({ decision: NOT_RECORD });
    expect(ask(new HeadSampler(root), LOCAL_YES)).toBe(RECORD_AND_SAMPLED);
    expect(root.asked).toEqual([]);
  });
});

describe('a sampler of the user', () => {
  it.each([NOT_RECORD, RECORD, RECORD_AND_SAMPLED])('decides about roots: %s', (decision) => {
    const result = { decision, attributes: { own: true } };
    const own = new OwnSampler(result);
    const sampler = samplerFor({ sampler: own, strategy: 'never', ratio: 0 });
    for (const parent of [ROOT_CONTEXT, REMOTE_YES, REMOTE_NO]) {
      const args: Parameters<Sampler['shouldSample']> = [
        parent,
        TRACE,
        'name',
        SpanKind.SERVER,
        { a: 1 },
        [],
      ];
      expect(sampler.shouldSample(...args)).toBe(result);
      expect(own.asked.at(-1)).toEqual(args);
    }
  });

  it('may refuse single spans below a sampled parent', () => {
    const own = new OwnSampler({ decision: NOT_RECORD });
    expect(ask(samplerFor({ sampler: own }), LOCAL_YES)).toBe(NOT_RECORD);
    expect(own.asked).toHaveLength(1);
  });

  it('cannot bring back what was dropped above', () => {
    const own = new OwnSampler({ decision: RECORD_AND_SAMPLED });
    expect(ask(samplerFor({ sampler: own }), LOCAL_NO)).toBe(NOT_RECORD);
    expect(own.asked).toEqual([]);
  });
});

describe('toString', () => {
  it.each([
    [{ strategy: 'always' }, 'AlwaysOnSampler'],
    [{ strategy: 'never' }, 'AlwaysOffSampler'],
    [{ strategy: 'ratio', ratio: 0.25 }, 'TraceIdRatioBased{0.25}'],
    [{ ratio: 0.25 }, expect.stringContaining('ParentBased{root=TraceIdRatioBased{0.25}')],
    [{ sampler: new OwnSampler({ decision: RECORD }) }, 'OwnSampler'],
  ])('tells about %j', (sampling, expected) => {
    expect(samplerFor(sampling).toString()).toEqual(expected);
  });
});

describe('with real spans', () => {
  let tracing: Tracing | undefined;

  afterEach(() => {
    tracing?.stop();
  });

  it('keeps an ignored subtree out, even when everything is sampled', () => {
    tracing = startTracing();
    const { tracer, spans } = tracing;
    context.with(untracedContext(ROOT_CONTEXT), () => {
      tracer.startActiveSpan('ignored', (ignored) => {
        tracer.startActiveSpan('below', (span) => {
          expect(span.isRecording()).toBe(false);
          span.end();
        });
        ignored.end();
      });
    });
    tracer.startSpan('traced').end();
    expect(spans.spans().map(({ name }) => name)).toEqual(['traced']);
  });

  it('never splits the part of a trace that runs in this process', () => {
    tracing = startTracing({ sampler: samplerFor({ strategy: 'ratio', ratio: 0.5 }) });
    const { tracer, spans } = tracing;
    for (let count = 0; count < 100; count++) {
      tracer.startActiveSpan('root', (root) => {
        tracer.startActiveSpan('child', (child) => {
          tracer.startSpan('grandchild').end();
          child.end();
        });
        root.end();
      });
    }
    const byTrace = new Map<string, string[]>();
    for (const { traceId, name } of spans.spans()) {
      byTrace.set(traceId, [...(byTrace.get(traceId) ?? []), name]);
    }
    expect(byTrace.size).toBeGreaterThan(10);
    expect(byTrace.size).toBeLessThan(90);
    for (const names of byTrace.values()) {
      expect(names).toEqual(['grandchild', 'child', 'root']);
    }
  });
});

describe('rules', () => {
  const rules = [
    { match: 'POST /orders', ratio: 1 },
    { match: '/orders', ratio: 0 },
    { match: { transport: 'rpc' }, ratio: 0.3 },
  ];
  const request = (method: string, path: string) => ({ request: { method, path, headers: {} } });
  const rpc = { attributes: { 'nest.type': 'request', 'rpc.system.name': 'nestjs' } };

  function headSampler(sampling: object): HeadSampler {
    return samplerFor({ rules, ...sampling }) as HeadSampler;
  }

  function decide(sampler: HeadSampler, start: object, around = ROOT_CONTEXT): boolean {
    const parent = trace.getSpanContext(around);
    return sampler.samples(parent, randomBytes(16).toString('hex'), around, 'name', start);
  }

  it.each(['parent_based', 'ratio', 'always', 'never'])('count before %s', (strategy) => {
    const sampler = headSampler({ strategy, ratio: 0.5 });
    for (let count = 0; count < 50; count++) {
      expect(decide(sampler, request('POST', '/orders'))).toBe(true);
      expect(decide(sampler, request('GET', '/orders'))).toBe(false);
    }
    const traces = 20_000;
    let sampled = 0;
    for (let count = 0; count < traces; count++) if (decide(sampler, rpc)) sampled++;
    expect(Math.abs(sampled / traces - 0.3)).toBeLessThan(0.026);
    expect(sampler.rules?.all.map((rule) => [rule.decided, rule.sampled])).toEqual([
      [50, 50],
      [50, 0],
      [traces, sampled],
    ]);
  });

  it.each([
    ['always', true],
    ['never', false],
  ])('leave the rest to %s', (strategy, isSampled) => {
    expect(decide(headSampler({ strategy }), request('GET', '/else'))).toBe(isSampled);
    expect(decide(headSampler({ strategy }), {})).toBe(isSampled);
  });

  it('come after what the caller has decided, where that is followed', () => {
    const follows = headSampler({ strategy: 'parent_based' });
    expect(decide(follows, request('GET', '/orders'), REMOTE_YES)).toBe(true);
    expect(decide(follows, request('POST', '/orders'), REMOTE_NO)).toBe(false);
    const decides = headSampler({ strategy: 'ratio' });
    expect(decide(decides, request('GET', '/orders'), REMOTE_YES)).toBe(false);
    expect(decide(decides, request('POST', '/orders'), REMOTE_NO)).toBe(true);
  });

  it('say nothing about what belongs to a trace of this process', () => {
    const sampler = headSampler({});
    expect(decide(sampler, request('GET', '/orders'), LOCAL_YES)).toBe(true);
    expect(decide(sampler, request('POST', '/orders'), LOCAL_NO)).toBe(false);
  });

  it('hold for those who ask it as a sampler of the SDK', () => {
    const sampler = samplerFor({ rules: [{ match: 'a job', ratio: 0 }] });
    const askFor = (name: string): SamplingDecision =>
      sampler.shouldSample(ROOT_CONTEXT, TRACE, name, SpanKind.INTERNAL, {}, []).decision;
    expect(askFor('a job')).toBe(NOT_RECORD);
    expect(askFor('another')).toBe(RECORD_AND_SAMPLED);
  });
});
