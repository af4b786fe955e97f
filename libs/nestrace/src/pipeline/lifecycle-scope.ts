import {
  createContextKey,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type HrTime,
  type Link,
  type Span,
} from '@opentelemetry/api';
import { ATTR_NEST_TYPE, NEST_TYPE_LIFECYCLE } from './attributes.js';
import { localTraceOf } from './local-trace.js';
import type { Telemetry } from './telemetry.js';
import { isUntraced } from './untraced.js';

/** The trace of an application that starts or ends, as what runs in it knows it. */
export interface LifecycleScope {
  readonly telemetry: Telemetry;
  readonly traceId: string;
  /** The application has started, or has ended: nothing more belongs to the trace. */
  readonly isOver: boolean;
  /** Where something belongs that began at this time and is known only now. */
  contextAt(start: HrTime): Context | undefined;
}

/** Names of the two roots. */
export const BOOTSTRAP = 'app.bootstrap';
export const SHUTDOWN = 'app.shutdown';

const LIFECYCLE = createContextKey('nestrace.lifecycle');

export function withLifecycle(context: Context, scope: LifecycleScope): Context {
  return context.setValue(LIFECYCLE, scope);
}

export function lifecycleOf(context: Context): LifecycleScope | undefined {
  return context.getValue(LIFECYCLE) as LifecycleScope | undefined;
}

/** Whether a span belongs to the trace of a start or an end. */
export function isOfLifecycle(span: Span): boolean {
  const root = localTraceOf(span)?.root as { name?: string; attributes?: Attributes } | undefined;
  const isRootOfOurs = root?.name === BOOTSTRAP || root?.name === SHUTDOWN;
  return isRootOfOurs && root.attributes?.[ATTR_NEST_TYPE] === NEST_TYPE_LIFECYCLE;
}

/**
 * The context in which a new span is started, given the one that is active. Timers, pools and
 * servers that a hook has started keep the context of the start for as long as the application
 * lives; what they do hours later must not be added to it. For them there is no parent, as if they
 * had been started outside of any trace.
 */
export function livingContext(active: Context): Context {
  const scope = lifecycleOf(active);
  if (scope?.isOver !== true || isUntraced(active)) return active;
  const belongs = trace.getSpan(active)?.spanContext().traceId === scope.traceId;
  return belongs ? trace.deleteSpan(active) : active;
}

/** What leads from the root of such a new trace to the hook of the start it goes back to. */
export function linkToStart(active: Context): Link[] {
  const context = trace.getSpan(active)?.spanContext();
  const isSampled = ((context?.traceFlags ?? 0) & TraceFlags.SAMPLED) !== 0;
  return context !== undefined && isSampled ? [{ context }] : [];
}
