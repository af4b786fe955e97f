import { context, trace } from '@opentelemetry/api';
import {
  expectTrace,
  type SpanExpectation,
} from '../../../libs/nestrace/src/testing/expect-trace.js';
import type { Tracing } from './tracing.js';

/** Runs something below a span, which ends with it. */
export function inTrace<T>({ tracer }: Tracing, run: () => T): T {
  const span = tracer.startSpan('root');
  let result: T;
  try {
    result = context.with(trace.setSpan(context.active(), span), run);
  } catch (error) {
    span.end();
    throw error;
  }
  if (result instanceof Promise) void result.then(end, end);
  else end();
  return result;

  function end(): void {
    span.end();
  }
}

/** Expects these spans below the one above, and forgets them. */
export function expectBelow(
  { spans }: Tracing,
  ...children: readonly (string | SpanExpectation)[]
): void {
  const all = children.map((child) => (typeof child === 'string' ? { name: child } : child));
  expectTrace(spans.spans(), { name: 'root', children: all });
  spans.clear();
}
