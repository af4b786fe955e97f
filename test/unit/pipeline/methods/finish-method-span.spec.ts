import { SpanStatusCode, type Span } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureCounts } from '../../../../libs/nestrace/src/core/failures.js';
import {
  end,
  fail,
  succeed,
} from '../../../../libs/nestrace/src/pipeline/methods/finish-method-span.js';
import type { MethodPlan } from '../../../../libs/nestrace/src/pipeline/methods/method-plan.js';
import { planOf } from '../../support/method-plan.js';
import { startTracing, type Tracing } from '../../support/tracing.js';
import { unhandledDuring } from '../../support/unhandled-during.js';

type OnResult = NonNullable<MethodPlan['onResult']>;

let tracing: Tracing;
let span: Span;

beforeEach(() => {
  tracing = startTracing();
  span = tracing.tracer.startSpan('span');
});
afterEach(() => {
  vi.restoreAllMocks();
  tracing.stop();
});

const ended = () => tracing.spans.spans();

describe('succeed', () => {
  it('ends the span', () => {
    succeed(planOf(), span, 'result');
    expect(ended()).toMatchObject([{ name: 'span', status: { code: 'UNSET' } }]);
  });

  it('shows the result while the span is open', () => {
    succeed(
      planOf({
        onResult: (result, open) => {
          open.setAttribute('result', String(result));
        },
      }),
      span,
      7,
    );
    expect(ended()[0]?.attributes).toEqual({ result: '7' });
  });

  it('ends the span even when the callback throws', () => {
    const onResult = vi.fn<OnResult>(() => {
      throw new Error('callback');
    });
    succeed(planOf({ onResult }), span, 7);
    expect(ended()).toMatchObject([{ status: { code: 'UNSET' } }]);
    expect(failureCounts().get('traced.result')).toBe(1);
  });

  it('does not let a callback that fails later end the process', async () => {
    const known = failureCounts().get('traced.result') ?? 0;
    const onResult: () => unknown = () => Promise.reject(new Error('later'));
    const seen = await unhandledDuring(() => {
      succeed(planOf({ onResult }), span, 7);
    });
    expect(seen).toEqual([]);
    expect(failureCounts().get('traced.result')).toBe(known + 1);
    expect(ended()).toMatchObject([{ status: { code: 'UNSET' } }]);
  });

  it('does not show results of a span that has ended, nor end it again', () => {
    span.end();
    const onResult = vi.fn<OnResult>();
    succeed(planOf({ onResult }), span, 7);
    expect(onResult).not.toHaveBeenCalled();
    expect(ended()).toHaveLength(1);
  });

  it('never throws', () => {
    vi.spyOn(span, 'end').mockImplementation(() => {
      throw new Error('broken');
    });
    const known = failureCounts().get('traced.end') ?? 0;
    succeed(planOf(), span, 7);
    expect(failureCounts().get('traced.end')).toBe(known + 1);
  });
});

describe('fail', () => {
  it('marks and ends the span', () => {
    fail(planOf(), span, new TypeError('wrong'));
    expect(ended()).toMatchObject([
      {
        status: { code: 'ERROR', message: 'wrong' },
        attributes: { 'error.type': 'TypeError' },
        events: [{ name: 'exception' }],
      },
    ]);
  });

  it('leaves a span that has ended as it is', () => {
    span.end();
    fail(planOf(), span, new Error('late'));
    expect(ended()).toMatchObject([{ status: { code: 'UNSET' }, attributes: {} }]);
  });

  it.each([
    [
      'an error that throws when it is looked at',
      new Proxy(new Error('hidden'), {
        get: () => {
          throw new Error('hostile');
        },
      }),
    ],
    ['an object without a prototype', Object.create(null)],
    [
      'an exception whose status cannot be asked for',
      {
        getResponse: () => '',
        getStatus: () => {
          throw new Error('hostile');
        },
      },
    ],
  ])('ends the span even for %s', (_, error) => {
    const known = failureCounts().get('traced.end') ?? 0;
    fail(planOf(), span, error);
    expect(ended()).toHaveLength(1);
    expect(failureCounts().get('traced.end')).toBe(known + 1);
  });

  it('never throws', () => {
    vi.spyOn(span, 'end').mockImplementation(() => {
      throw new Error('broken');
    });
    const setStatus = vi.spyOn(span, 'setStatus');
    const known = failureCounts().get('traced.end') ?? 0;
    fail(planOf(), span, new Error('wrong'));
    expect(setStatus).toHaveBeenCalledWith({ code: SpanStatusCode.ERROR, message: 'wrong' });
    expect(failureCounts().get('traced.end')).toBe(known + 1);
  });
});

describe('end', () => {
  it('ends a span once', () => {
    end(span);
    end(span);
    expect(ended()).toHaveLength(1);
  });

  it('never throws', () => {
    vi.spyOn(span, 'end').mockImplementation(() => {
      throw new Error('broken');
    });
    const known = failureCounts().get('traced.end') ?? 0;
    end(span);
    expect(failureCounts().get('traced.end')).toBe(known + 1);
  });
});
