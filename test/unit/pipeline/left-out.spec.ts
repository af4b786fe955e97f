import { trace, TraceFlags, type SpanContext } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { isLeftOut } from '../../../libs/nestrace/src/pipeline/left-out.js';
import { startTracing } from '../support/tracing.js';

const { NONE, SAMPLED } = TraceFlags;

describe('isLeftOut', () => {
  it.each([
    [SAMPLED, undefined, false],
    [SAMPLED, false, false],
    [SAMPLED, true, false],
    [NONE, undefined, true],
    [NONE, false, true],
    [NONE, true, false],
    [0xfe, undefined, true],
    [0xff, undefined, false],
  ])('with the flags %s and isRemote %s is %s', (traceFlags, isRemote, expected) => {
    const spanContext: SpanContext = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags,
      ...(isRemote !== undefined && { isRemote }),
    };
    expect(isLeftOut(trace.wrapSpanContext(spanContext))).toBe(expected);
  });

  it('is false below a recorded span that has ended: late work still belongs to the trace', () => {
    const { tracer, stop } = startTracing();
    const span = tracer.startSpan('root');
    span.end();
    stop();
    expect(span.isRecording()).toBe(false);
    expect(isLeftOut(span)).toBe(false);
  });
});
