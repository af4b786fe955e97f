import { ROOT_CONTEXT, trace, type Context, type Span } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  isOfLifecycle,
  lifecycleOf,
  livingContext,
  withLifecycle,
  type LifecycleScope,
} from '../../../libs/nestrace/src/pipeline/lifecycle-scope.js';
import { untracedContext } from '../../../libs/nestrace/src/pipeline/untraced.js';
import { startTracing, type Tracing } from '../support/tracing.js';

let tracing: Tracing;

beforeEach(() => {
  tracing = startTracing();
});
afterEach(() => {
  tracing.stop();
});

const KEY = Symbol('key');

function scopeOf(root: Span): LifecycleScope & { isOver: boolean } {
  return {
    telemetry: tracing.telemetry,
    traceId: root.spanContext().traceId,
    isOver: false,
    contextAt: () => undefined,
  };
}

function start(name: string, parent?: Span, attributes = {}): Span {
  const around = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
  return tracing.tracer.startSpan(name, { attributes }, around);
}

describe('livingContext', () => {
  let root: Span;
  let scope: LifecycleScope & { isOver: boolean };
  let inHook: Context;

  beforeEach(() => {
    root = start('app.bootstrap');
    scope = scopeOf(root);
    const hook = start('hook', root);
    inHook = withLifecycle(trace.setSpan(ROOT_CONTEXT, hook), scope).setValue(KEY, 'value');
  });

  it('is the active one outside of any start', () => {
    expect(livingContext(ROOT_CONTEXT)).toBe(ROOT_CONTEXT);
    const request = trace.setSpan(ROOT_CONTEXT, start('request'));
    expect(livingContext(request)).toBe(request);
  });

  it('is the active one while the start is under way', () => {
    expect(livingContext(inHook)).toBe(inHook);
  });

  it('has no span when the start is over, and everything else', () => {
    scope.isOver = true;
    const living = livingContext(inHook);
    expect(trace.getSpan(living)).toBeUndefined();
    expect(living.getValue(KEY)).toBe('value');
    expect(lifecycleOf(living)).toBe(scope);
    expect(livingContext(living)).toBe(living);
  });

  it('keeps what began in a context of the start, and is a trace of its own', () => {
    scope.isOver = true;
    const job = trace.setSpan(inHook, start('job'));
    expect(livingContext(job)).toBe(job);
  });

  it('keeps what nobody wants to see', () => {
    const untraced = untracedContext(inHook);
    scope.isOver = true;
    expect(livingContext(untraced)).toBe(untraced);
  });
});

describe('lifecycleOf', () => {
  it('knows the start a context belongs to, and nothing about others', () => {
    const scope = scopeOf(start('app.bootstrap'));
    expect(lifecycleOf(withLifecycle(ROOT_CONTEXT, scope))).toBe(scope);
    expect(lifecycleOf(ROOT_CONTEXT)).toBeUndefined();
  });
});

describe('isOfLifecycle', () => {
  const LIFECYCLE = { 'nest.type': 'lifecycle' };

  it.each(['app.bootstrap', 'app.shutdown'])('is true of %s and all below', (name) => {
    const root = start(name, undefined, LIFECYCLE);
    expect(isOfLifecycle(root)).toBe(true);
    expect(isOfLifecycle(start('below', start('phase', root)))).toBe(true);
  });

  it('is false of everything else', () => {
    expect(isOfLifecycle(start('GET /'))).toBe(false);
    expect(isOfLifecycle(start('DataSource.initialize', undefined, LIFECYCLE))).toBe(false);
    expect(isOfLifecycle(start('app.bootstrap'))).toBe(false);
    expect(isOfLifecycle(start('app.bootstrap', start('GET /'), LIFECYCLE))).toBe(false);
    expect(isOfLifecycle(trace.wrapSpanContext(start('any').spanContext()))).toBe(false);
  });
});
