import type { Span } from '@opentelemetry/api';
import { noteFailure } from '../../core/failures.js';
import { failSpan } from '../exceptions.js';
import type { MethodPlan } from './method-plan.js';
import { withoutPromise } from './without-promise.js';

/** Ends the span of a call that returned. */
export function succeed(plan: MethodPlan, span: Span, result: unknown): void {
  if (plan.onResult !== undefined) notify(plan.onResult, result, span);
  end(span);
}

/** Ends the span of a call that threw. */
export function fail(plan: MethodPlan, span: Span, error: unknown): void {
  try {
    if (span.isRecording()) {
      failSpan(span, error);
      plan.onError?.(error, span);
    }
  } catch (inner) {
    // What was thrown may throw when it is looked at; the span has to end all the same.
    noteFailure('traced.end', inner);
  }
  end(span);
}

/** Ends the span where there is neither result nor error, for example at an unsubscription. */
export function end(span: Span): void {
  try {
    if (span.isRecording()) span.end();
  } catch (error) {
    noteFailure('traced.end', error);
  }
}

function notify(onResult: NonNullable<MethodPlan['onResult']>, result: unknown, span: Span): void {
  try {
    if (!span.isRecording()) return;
    withoutPromise<unknown>(onResult(result, span), 'traced.result');
  } catch (error) {
    noteFailure('traced.result', error);
  }
}
