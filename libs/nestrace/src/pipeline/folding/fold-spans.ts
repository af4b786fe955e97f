import type { Span } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { isLeftBehind, localParentOf } from '../local-trace.js';
import type { MethodPlan } from '../methods/method-plan.js';
import { keep } from './release.js';
import { RepeatedCalls } from './repeated-calls.js';
import { makePartOf, TentativeCall, tentativeCallOf } from './tentative-call.js';

const CALLS = Symbol('nestrace.repeated-calls');

/** The state of folding hangs on the spans, like that of the local trace. */
interface Marked {
  /** On a parent: what was called below it, one entry per method. */
  [CALLS]?: RepeatedCalls[] | undefined;
}

/** Counts a call of a method under a parent. */
export function countCall(parent: Span, plan: MethodPlan): RepeatedCalls {
  const all = ((parent as Marked)[CALLS] ??= []);
  // Few are called below one parent, and most often the one that was called last.
  for (let index = all.length - 1; index >= 0; index--) {
    const known = all[index] as RepeatedCalls;
    if (known.plan === plan) {
      known.started++;
      return known;
    }
  }
  const calls = new RepeatedCalls(plan, parent);
  all.push(calls);
  calls.started++;
  return calls;
}

/** From now on the span, and what starts below it, is kept or folded as a whole. */
export function makeTentative(span: Span, calls: RepeatedCalls): void {
  makePartOf(span, new TentativeCall(calls, span, tentativeCallOf(span)));
}

/** Somebody asked for this span: the repeated call it is part of must not be folded. */
export function keepWhole(span: Span): void {
  tentativeCallOf(span)?.keepWhole();
}

/**
 * The span a new one hangs below: that which called it, or the first one above that will be seen,
 * where the caller itself was folded or too short to be shown.
 */
export function shownAbove(caller: Span): Span {
  let shown = caller;
  while (isLeftBehind(shown) || tentativeCallOf(shown)?.isFolded === true) {
    const above = localParentOf(shown);
    if (above === undefined) break;
    shown = above;
  }
  return shown;
}

/** A span has started: it shares the fate of its parent. */
export function joinFolding(span: Span): void {
  const parent = localParentOf(span);
  if (parent === undefined) return;
  tentativeCallOf(parent)?.join(span as unknown as ReadableSpan);
}

/** A span has ended: it goes on at once, or waits for the call it is part of. */
export function leaveFolding(span: ReadableSpan): void {
  const marked = span as unknown as Marked;
  const calls = marked[CALLS];
  if (calls !== undefined) {
    marked[CALLS] = undefined;
    for (const one of calls) one.close();
  }
  const tentative = tentativeCallOf(span);
  if (tentative === undefined) keep(span);
  else tentative.take(span);
}
