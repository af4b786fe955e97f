import {
  createContextKey,
  propagation,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { isTracingSuppressed, suppressTracing } from '@opentelemetry/core';
import { describe, expect, it } from 'vitest';
import { withSpan, withValue } from '../../../libs/nestrace/src/pipeline/context-frame.js';
import { Random } from '../support/random.js';

const A = createContextKey('a');
const B = createContextKey('b');

function span(spanId: string): Span {
  return trace.wrapSpanContext({ traceId: '1', spanId, traceFlags: TraceFlags.NONE });
}

describe('a context with a span', () => {
  const [one, other] = [span('1'), span('2')];

  it('is what the API makes of it', () => {
    const context = withSpan(ROOT_CONTEXT, one);
    expect(trace.getSpan(context)).toBe(one);
    expect(trace.getSpanContext(context)).toBe(one.spanContext());
    expect(trace.getSpan(trace.setSpan(context, other))).toBe(other);
    expect(trace.getSpan(trace.deleteSpan(context))).toBeUndefined();
    expect(trace.getSpan(context)).toBe(one);
    expect(trace.getSpan(ROOT_CONTEXT)).toBeUndefined();
  });

  it('keeps what is in the context below, and hides its span', () => {
    const baggage = propagation.createBaggage({ tenant: { value: 'a' } });
    const below = trace.setSpan(propagation.setBaggage(ROOT_CONTEXT, baggage), one);
    const context = withSpan(suppressTracing(below), other);
    expect(propagation.getBaggage(context)).toBe(baggage);
    expect(isTracingSuppressed(context)).toBe(true);
    expect(trace.getSpan(context)).toBe(other);
    expect(trace.getSpan(trace.deleteSpan(context))).toBeUndefined();
  });

  it('does not grow, however many spans are set in it and in others', () => {
    let context = withSpan(ROOT_CONTEXT, one);
    for (let count = 0; count < 1000; count++) {
      context = trace.setSpan(context, other).setValue(A, count).setValue(B, count);
    }
    const frames: Context[] = [];
    for (
      let frame: Context | undefined = context;
      frame !== undefined;
      frame = (frame as { below?: Context }).below
    ) {
      frames.push(frame);
    }
    expect(frames).toHaveLength(4);
    expect([context.getValue(A), context.getValue(B)]).toEqual([999, 999]);
  });
});

describe('any values, in any order', () => {
  it.each(Array.from({ length: 50 }, (_, seed) => seed))('are those of the API (%i)', (seed) => {
    const random = new Random(seed);
    const keys = [A, B, createContextKey('c'), createContextKey('d')];
    const start = ROOT_CONTEXT.setValue(A, 'start');
    let theirs: Context = start.setValue(B, 'first');
    let ours: Context = withValue(start, B, 'first');
    for (let step = 0; step < 40; step++) {
      const key = random.oneOf(keys);
      const before = keys.map((each) => ours.getValue(each));
      const [oldTheirs, oldOurs] = [theirs, ours];
      if (random.next() < 0.3) {
        theirs = theirs.deleteValue(key);
        ours = ours.deleteValue(key);
      } else {
        const value = random.oneOf([step, undefined, false]);
        theirs = theirs.setValue(key, value);
        ours = random.next() < 0.5 ? ours.setValue(key, value) : withValue(ours, key, value);
      }
      expect(keys.map((each) => ours.getValue(each))).toEqual(
        keys.map((each) => theirs.getValue(each)),
      );
      expect(keys.map((each) => oldOurs.getValue(each))).toEqual(before);
      expect(keys.map((each) => oldTheirs.getValue(each))).toEqual(before);
    }
  });
});
