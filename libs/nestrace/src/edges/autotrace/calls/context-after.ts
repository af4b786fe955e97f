import { trace, type Context, type Span } from '@opentelemetry/api';
import { activeContext } from '../../../pipeline/active-context.js';
import { isAutomatic } from '../../../pipeline/folding/short-spans.js';
import { localParentOf } from '../../../pipeline/local-trace.js';
import type { StartedSpan } from '../../../pipeline/methods/start-method-span.js';

/**
 * The context for what comes after a middleware, or inside an interceptor: that of its caller. What
 * it has put into its own context is kept (baggage, a span), and only its span, which is over, is
 * taken out, with those of the providers it calls on the way (`tenants.run(id, () => next())`). Any
 * other context is one that was lost on the way, to the pool of a driver for example.
 */
export function contextAfter({ span, context: own }: StartedSpan, outer: Context): Context {
  const active = activeContext();
  if (active === own) return outer;
  const current = trace.getSpan(active);
  const above = current && spanAround(current, span);
  if (above === undefined) return outer;
  if (above === span) return withSpanOf(outer, active);
  return above === current ? active : trace.setSpan(active, above);
}

function withSpanOf(outer: Context, active: Context): Context {
  const span = trace.getSpan(outer);
  return span === undefined ? trace.deleteSpan(active) : trace.setSpan(active, span);
}

/**
 * The first span that somebody has asked for, from this one up to the limit, which it is if there is
 * none; undefined where this one is not below the limit.
 */
function spanAround(current: Span, limit: Span): Span | undefined {
  let asked: Span | undefined;
  for (let one: Span | undefined = current; one !== undefined; one = localParentOf(one)) {
    if (one === limit) return asked ?? limit;
    if (!isAutomatic(one)) asked ??= one;
  }
  return undefined;
}
