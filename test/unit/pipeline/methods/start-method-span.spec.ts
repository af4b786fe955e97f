import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type Context,
  type Link,
  type Span,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { Sampler } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureCounts, type FailureSite } from '../../../../libs/nestrace/src/core/failures.js';
import { discardLocalTrace } from '../../../../libs/nestrace/src/pipeline/local-trace.js';
import type { MethodPlan } from '../../../../libs/nestrace/src/pipeline/methods/method-plan.js';
import { startMethodSpan } from '../../../../libs/nestrace/src/pipeline/methods/start-method-span.js';
import { untracedContext } from '../../../../libs/nestrace/src/pipeline/untraced.js';
import { planOf } from '../../support/method-plan.js';
import { contextOfStart } from '../../support/start-context.js';
import { EVERYTHING, NOTHING, startTracing, type Tracing } from '../../support/tracing.js';

let tracing: Tracing;

beforeEach(() => {
  tracing = startTracing();
});
afterEach(() => {
  tracing.stop();
});

function throws(): never {
  throw new Error('callback');
}

/** The span a call leaves behind. */
function spanOf(plan: Partial<MethodPlan>, args: unknown[] = [], active: Context = ROOT_CONTEXT) {
  context.with(active, () => startMethodSpan(planOf(plan), args))?.span.end();
  return tracing.spans.spans().at(-1);
}

function failures(site: FailureSite): number {
  return failureCounts().get(site) ?? 0;
}

const OTHER: Link = {
  context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED },
};

describe('startMethodSpan', () => {
  it('starts a span as the plan says', () => {
    const span = spanOf({ name: 'Orders.find', kind: SpanKind.CLIENT, attributes: { a: 1 } });
    expect(span).toMatchObject({ name: 'Orders.find', kind: 'CLIENT', attributes: { a: 1 } });
    expect(span?.parentSpanId).toBeUndefined();
    expect(span?.links).toEqual([]);
  });

  it('starts it below the active span and makes it the active one', () => {
    const parent = tracing.tracer.startSpan('parent');
    const active = trace.setSpan(ROOT_CONTEXT, parent);
    const started = context.with(active, () => startMethodSpan(planOf(), []));
    expect(started && trace.getSpan(started.context)).toBe(started?.span);
    started?.span.end();
    expect(tracing.spans.spans()[0]?.parentSpanId).toBe(parent.spanContext().spanId);
  });

  it('keeps what else is in the context', () => {
    const key = Symbol('key');
    const started = context.with(ROOT_CONTEXT.setValue(key, 'value'), () =>
      startMethodSpan(planOf(), []),
    );
    expect(started?.context.getValue(key)).toBe('value');
  });

  it('starts it below a parent that has ended: late work still belongs to the trace', () => {
    const parent = tracing.tracer.startSpan('parent');
    parent.end();
    const span = spanOf({}, [], trace.setSpan(ROOT_CONTEXT, parent));
    expect(span).toMatchObject({
      name: 'method',
      traceId: parent.spanContext().traceId,
      parentSpanId: parent.spanContext().spanId,
    });
  });

  it('starts it below a remote parent, and lets the sampler decide', () => {
    const remote = trace.setSpanContext(ROOT_CONTEXT, {
      ...OTHER.context,
      traceFlags: TraceFlags.NONE,
      isRemote: true,
    });
    expect(spanOf({}, [], remote)).toMatchObject({ parentIsRemote: true });
  });

  describe('starts nothing', () => {
    it('while no application is there', () => {
      tracing.stop();
      expect(startMethodSpan(planOf(), [])).toBeUndefined();
    });

    it.each([false, true])('below a parent this process has left out, as root: %s', (root) => {
      context.with(untracedContext(ROOT_CONTEXT), () => {
        expect(startMethodSpan(planOf({ root }), [])).toBeUndefined();
      });
    });

    it('that records when the sampler says no', () => {
      tracing.stop();
      tracing = startTracing({ sampler: NOTHING });
      const started = startMethodSpan(planOf(), []);
      expect(started?.span.isRecording()).toBe(false);
    });

    it('when it cannot be started', () => {
      const sampler: Sampler = { ...EVERYTHING, shouldSample: throws, toString: () => 'broken' };
      tracing.stop();
      tracing = startTracing({ sampler });
      const known = failures('traced.start');
      expect(startMethodSpan(planOf(), [])).toBeUndefined();
      expect(failures('traced.start')).toBe(known + 1);
    });
  });

  describe('with attributes from the arguments', () => {
    it('puts them over the fixed ones', () => {
      const span = spanOf(
        {
          attributes: { fixed: 1, both: 1 },
          describe: (args) => ({ both: 2, first: String(args[0]), length: args.length }),
        },
        ['x', 'y'],
      );
      expect(span?.attributes).toEqual({ fixed: 1, both: 2, first: 'x', length: 2 });
    });

    it('keeps the fixed ones when there are none', () => {
      const span = spanOf({ attributes: { fixed: 1 }, describe: () => undefined });
      expect(span?.attributes).toEqual({ fixed: 1 });
    });

    it('starts the span without them when the callback throws', () => {
      const known = failures('traced.attributes');
      const span = spanOf({ attributes: { fixed: 1 }, describe: throws });
      expect(span?.attributes).toEqual({ fixed: 1 });
      expect(failures('traced.attributes')).toBe(known + 1);
    });

    it('starts the span without values that cannot be read or carried', () => {
      const hostile = Object.defineProperty({}, 'bad', { enumerable: true, get: throws });
      expect(spanOf({ describe: () => hostile })?.attributes).toEqual({});
      const odd = { nested: { a: 1 }, call: () => 1, '': 'x', good: 'x' } as never;
      expect(spanOf({ describe: () => odd })?.attributes).toEqual({ good: 'x' });
    });

    it('does not change the plan', () => {
      const plan = planOf({ attributes: { fixed: 1 }, describe: () => ({ more: 2 }) });
      startMethodSpan(plan, []);
      expect(plan.attributes).toEqual({ fixed: 1 });
    });
  });

  describe('as a root', () => {
    it('starts a trace of its own, linked to the active span', () => {
      const parent = tracing.tracer.startSpan('parent');
      const span = spanOf({ root: true }, [], trace.setSpan(ROOT_CONTEXT, parent));
      const { traceId, spanId } = parent.spanContext();
      expect(span?.traceId).not.toBe(traceId);
      expect(span?.parentSpanId).toBeUndefined();
      expect(span?.links).toEqual([{ traceId, spanId }]);
    });

    it('is sampled for itself, whatever became of its caller', () => {
      const leftOut = startTracing({ sampler: NOTHING });
      const caller = leftOut.tracer.startSpan('caller');
      leftOut.stop();
      tracing.stop();
      tracing = startTracing();
      const active = trace.setSpan(ROOT_CONTEXT, caller);
      expect(spanOf({}, [], active)).toBeUndefined();
      expect(spanOf({ root: true }, [], active)?.links).toEqual([
        expect.objectContaining({ spanId: caller.spanContext().spanId }),
      ]);
    });

    it('is not recorded where a request turned out to leave no trace', () => {
      const request = tracing.tracer.startSpan('request');
      discardLocalTrace(request);
      expect(spanOf({ root: true }, [], trace.setSpan(ROOT_CONTEXT, request))).toBeUndefined();
    });

    it('is not recorded where tracing is suppressed', () => {
      expect(spanOf({ root: true }, [], suppressTracing(ROOT_CONTEXT))).toBeUndefined();
    });

    it('has no link where nothing is active', () => {
      expect(spanOf({ root: true })?.links).toEqual([]);
    });

    it('has further links after that one', () => {
      const parent = tracing.tracer.startSpan('parent');
      const span = spanOf(
        { root: true, links: () => [OTHER] },
        [],
        trace.setSpan(ROOT_CONTEXT, parent),
      );
      expect(span?.links.map(({ spanId }) => spanId)).toEqual([
        parent.spanContext().spanId,
        OTHER.context.spanId,
      ]);
    });
  });

  describe('with links', () => {
    it('asks for them with the arguments', () => {
      const span = spanOf({ links: (args) => (args[0] === 'yes' ? [OTHER] : undefined) }, ['yes']);
      expect(span?.links).toHaveLength(1);
      expect(spanOf({ links: () => undefined })?.links).toEqual([]);
    });

    it.each([
      ['throws', throws],
      ['gives no list', () => 5 as never],
    ])('keeps the link of a root when the callback %s', (_, links) => {
      const known = failures('traced.attributes');
      const parent = tracing.tracer.startSpan('parent');
      const span = spanOf({ root: true, links }, [], trace.setSpan(ROOT_CONTEXT, parent));
      expect(span?.links).toHaveLength(1);
      expect(failures('traced.attributes')).toBe(known + 1);
    });

    it('starts nothing, and fails nothing, when a link is none', () => {
      const known = failures('traced.start');
      const started = startMethodSpan(planOf({ links: () => [undefined as never] }), []);
      expect(started).toBeUndefined();
      expect(failures('traced.start')).toBe(known + 1);
    });
  });

  describe('in what a hook has left running', () => {
    it('starts a span below the hook while the application starts', () => {
      const active = contextOfStart(tracing.telemetry, { isOver: false });
      expect(spanOf({}, [], active)?.parentSpanId).toBe(
        trace.getSpan(active)?.spanContext().spanId,
      );
      expect(spanOf({ isAutomatic: true }, [], active)?.parentSpanId).toBeDefined();
    });

    it.each([true, false])('starts a root when that is over, recorded or not: %s', (recorded) => {
      const active = contextOfStart(tracing.telemetry, { isOver: true, recorded });
      const span = spanOf({}, [], active);
      expect(span).toBeDefined();
      expect(span?.parentSpanId).toBeUndefined();
      expect(span?.traceId).not.toBe(trace.getSpan(active)?.spanContext().traceId);
      const { spanId } = (trace.getSpan(active) as Span).spanContext();
      const links = recorded ? [expect.objectContaining({ spanId })] : [];
      expect(span?.links).toEqual(links);
      expect(spanOf({ root: true }, [], active)?.links).toEqual(links);
    });

    it('starts nothing then that nobody has asked for', () => {
      spanOf({ isAutomatic: true }, [], contextOfStart(tracing.telemetry, { isOver: true }));
      expect(tracing.spans.spans()).toEqual([]);
    });
  });

  it('belongs to the application that started the trace', () => {
    const other = startTracing({ service: 'other' });
    const parent = tracing.tracer.startSpan('parent');
    spanOf({}, [], trace.setSpan(ROOT_CONTEXT, parent));
    expect(tracing.spans.spans()).toHaveLength(1);
    expect(other.spans.spans()).toEqual([]);
    other.stop();
  });
});
