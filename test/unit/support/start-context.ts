import { ROOT_CONTEXT, trace, type Context } from '@opentelemetry/api';
import { withLifecycle } from '../../../libs/nestrace/src/pipeline/lifecycle-scope.js';
import type { Telemetry } from '../../../libs/nestrace/src/pipeline/telemetry.js';

/** The context of a hook of an application that is starting, or has started. */
export function contextOfStart(
  telemetry: Telemetry,
  { isOver, recorded = true }: { readonly isOver: boolean; readonly recorded?: boolean },
): Context {
  const hook = recorded
    ? telemetry.tracer.startSpan('hook', {}, ROOT_CONTEXT)
    : trace.wrapSpanContext({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0 });
  return withLifecycle(trace.setSpan(ROOT_CONTEXT, hook), {
    telemetry,
    traceId: hook.spanContext().traceId,
    isOver,
    contextAt: () => undefined,
  });
}
