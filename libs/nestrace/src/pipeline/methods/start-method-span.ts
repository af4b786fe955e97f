import {
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanOptions,
} from '@opentelemetry/api';
import { noteFailure } from '../../core/failures.js';
import { activeContext } from '../active-context.js';
import { telemetryFor } from '../current-telemetry.js';
import { countCall, keepWhole, makeTentative } from '../folding/fold-spans.js';
import type { RepeatedCalls } from '../folding/repeated-calls.js';
import { markAutomatic } from '../folding/short-spans.js';
import { isLeftOut } from '../left-out.js';
import { linkToStart, livingContext } from '../lifecycle-scope.js';
import { localTraceOf, type LocalTrace } from '../local-trace.js';
import { isUntraced } from '../untraced.js';
import type { MethodPlan } from './method-plan.js';

/** A started span and the context in which the method has to run. */
export interface StartedSpan {
  readonly span: Span;
  readonly context: Context;
}

/**
 * Starts the span of a method call, or returns nothing when there is nothing to record: tracing is
 * off, or this process has decided against the trace.
 */
export function startMethodSpan(
  plan: MethodPlan,
  args: ArrayLike<unknown>,
): StartedSpan | undefined {
  try {
    const here = activeContext();
    const active = livingContext(here);
    // Nobody asked for this span by name: it was to be part of a trace, which is over.
    if (active !== here && plan.isAutomatic === true) return undefined;
    const parent = trace.getSpan(active);
    if (parent !== undefined && isKeptOut(plan, active, parent)) return undefined;
    const telemetry = plan.telemetry ?? telemetryFor(parent, active);
    if (telemetry === undefined) return undefined;
    const local = parent === undefined ? undefined : localTraceOf(parent);
    if (local?.admits() === false) return undefined;
    const repeated = repeatedCall(plan, parent, local);
    const options: SpanOptions = {
      kind: plan.kind,
      attributes: attributesOf(plan, args),
      root: plan.root,
    };
    if (plan.root || plan.links !== undefined) options.links = linksOf(plan, args, parent);
    if (active !== here) options.links = [...linkToStart(here), ...(options.links ?? [])];
    if (plan.startTime !== undefined) options.startTime = plan.startTime;
    const span = telemetry.tracer.startSpan(plan.name, options, active);
    if (repeated !== undefined) makeTentative(span, repeated);
    if (plan.isAutomatic === true) markAutomatic(span);
    else keepWhole(span);
    return { span, context: trace.setSpan(active, span) };
  } catch (error) {
    noteFailure('traced.start', error);
    return undefined;
  }
}

/** A root has a sampling decision of its own: only where no trace is wanted there is none of it. */
function isKeptOut(plan: MethodPlan, active: Context, parent: Span): boolean {
  if (!plan.root) return isLeftOut(parent);
  return isUntraced(active) || localTraceOf(parent)?.discarded === true;
}

/** The calls this one may be folded with. What outlives its parent is shown one by one. */
function repeatedCall(
  plan: MethodPlan,
  parent: Span | undefined,
  local: LocalTrace | undefined,
): RepeatedCalls | undefined {
  const foldAfter = local?.limits.foldAfter ?? false;
  if (foldAfter === false || plan.isAutomatic !== true || parent?.isRecording() !== true) {
    return undefined;
  }
  const calls = countCall(parent, plan);
  return calls.started > foldAfter ? calls : undefined;
}

function attributesOf(plan: MethodPlan, args: ArrayLike<unknown>): Attributes {
  if (plan.describe === undefined) return plan.attributes;
  try {
    return { ...plan.attributes, ...plan.describe(args) };
  } catch (error) {
    noteFailure('traced.attributes', error);
    return plan.attributes;
  }
}

function linksOf(plan: MethodPlan, args: ArrayLike<unknown>, parent: Span | undefined): Link[] {
  const links = plan.root && parent !== undefined ? [{ context: parent.spanContext() }] : [];
  if (plan.links === undefined) return links;
  try {
    return [...links, ...(plan.links(args) ?? [])];
  } catch (error) {
    noteFailure('traced.attributes', error);
    return links;
  }
}
