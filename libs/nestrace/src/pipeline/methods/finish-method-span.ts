import type { Span } from '@opentelemetry/api';
import { noteFailure } from '../../core/failures.js';
import { failSpan } from '../exceptions.js';
import type { MethodPlan } from './method-plan.js';
import { withoutPromise } from './without-promise.js';

/** Ends the span of a call that returned. */
export function succeed(plan: MethodPlan, span: Span, result: unknown): void {
  try {
    if (plan.onResult !== undefined && span.isRecording()) notify(plan.onResult, result, span);
    end(span);
  } catch (error) {
    noteFailure('traced.end', error);
  }
}

/** Ends the span of a call that threw. */
export function fail(span: Span, error: unknown): void {
  try {
    if (span.isRecording()) failSpan(span, error);
  } catch (inner) {
    // What was thrown may throw when it is looked at; the span has to end all the same.
    noteFailure('traced.end', inner);
  }
  try {
    end(span);
  } catch (inner) {
    noteFailure('traced.end', inner);
  }
}

/** Ends the span where there is neither result nor error, for example at an unsubscription. */
export function end(span: Span): void {
  if (span.isRecording()) span.end();
}

function notify(onResult: NonNullable<MethodPlan['onResult']>, result: unknown, span: Span): void {
  try {
    withoutPromise<unknown>(onResult(result, span), 'traced.result');
  } catch (error) {
    noteFailure('traced.result', error);
  }
}
