import { context, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MethodPlan } from '../../../../libs/nestrace/src/pipeline/methods/method-plan.js';
import { startMethodSpan } from '../../../../libs/nestrace/src/pipeline/methods/start-method-span.js';
import { localTraceOf } from '../../../../libs/nestrace/src/pipeline/local-trace.js';
import { planOf } from '../../support/method-plan.js';
import { startTracing, type Tracing } from '../../support/tracing.js';

const START = 1_700_000_000_000;
const LIMIT = 10;

let tracing: Tracing;
let root: Span;

beforeEach(() => {
  tracing = startTracing({ limits: { minDurationMs: LIMIT } });
  root = tracing.tracer.startSpan('root');
});
afterEach(() => {
  tracing.stop();
});

function start(
  name: string,
  parent: Span,
  plan: Partial<MethodPlan> = { isAutomatic: true },
): Span {
  const started = context.with(trace.setSpan(context.active(), parent), () =>
    startMethodSpan(planOf({ name, startTime: START, ...plan }), []),
  );
  if (started === undefined) throw new Error('nothing was started');
  return started.span;
}

const names = (): readonly string[] => tracing.spans.spans().map(({ name }) => name);

describe('a span that took less time than is worth to be shown', () => {
  it('is left out, and makes room', () => {
    start('short', root).end(START + LIMIT - 1);
    start('long', root).end(START + LIMIT);
    root.end();
    expect(names()).toEqual(['long', 'root']);
    expect(localTraceOf(root)?.spans).toBe(2);
    expect(tracing.spans.openSpans()).toEqual([]);
  });

  it('stays when it has failed', () => {
    start('failed', root).setStatus({ code: SpanStatusCode.ERROR }).end(START);
    expect(names()).toEqual(['failed']);
  });

  it('stays when somebody has asked for it', () => {
    start('by name', root, {}).end(START);
    expect(names()).toEqual(['by name']);
  });

  it('stays when something below it stays', () => {
    const parent = start('parent', root);
    start('by name', parent, {}).end(START);
    parent.end(START + 1);
    expect(names()).toEqual(['by name', 'parent']);
  });

  it('stays when something below it is still open', () => {
    const parent = start('parent', root);
    const child = start('child', parent);
    parent.end(START + 1);
    child.end(START + LIMIT);
    expect(names()).toEqual(['parent', 'child']);
  });

  it('goes with all that is below it', () => {
    const parent = start('parent', root);
    start('child', parent).end(START);
    parent.end(START + 1);
    expect(names()).toEqual([]);
  });
});
