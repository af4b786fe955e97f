import { trace, type Context, type Span } from '@opentelemetry/api';
import { activeContext } from '../../../pipeline/active-context.js';
import { localParentOf } from '../../../pipeline/local-trace.js';
import type { StartedSpan } from '../../../pipeline/methods/start-method-span.js';

/**
 * The context for what comes after a middleware, or inside an interceptor: that of its caller. What
 * it has put into its own context is kept (baggage, a span), and only its span, which is over, is
 * taken out. Any other context is one that was lost on the way, to the pool of a driver for example.
 */
export function contextAfter({ span, context: own }: StartedSpan, outer: Context): Context {
  const active = activeContext();
  if (active === own) return outer;
  const current = trace.getSpan(active);
  if (current === span) return withSpanOf(outer, active);
  return current !== undefined && isBelow(current, span) ? active : outer;
}

function withSpanOf(outer: Context, active: Context): Context {
  const span = trace.getSpan(outer);
  return span === undefined ? trace.deleteSpan(active) : trace.setSpan(active, span);
}

function isBelow(span: Span, above: Span): boolean {
  for (let one = localParentOf(span); one !== undefined; one = localParentOf(one)) {
    if (one === above) return true;
  }
  return false;
}
