import { createParamDecorator } from '@nestjs/common';
import { context, INVALID_SPAN_CONTEXT, trace, type Span } from '@opentelemetry/api';
import { livingContext } from '../../pipeline/lifecycle-scope.js';

/** The span that is active right now, or none. */
export function currentSpan(): Span {
  return trace.getSpan(livingContext(context.active())) ?? noSpan();
}

/** A span that takes everything and keeps nothing. */
export function noSpan(): Span {
  return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
}

/**
 * Hands the span of the request to a handler. It is never undefined: while nothing is recorded it is
 * a span that keeps nothing.
 *
 * @example
 * ```ts
 * @Get(':id')
 * find(@CurrentSpan() span: Span) {
 *   span.setAttribute('order.priority', 'high');
 * }
 * ```
 *
 * @publicApi
 */
export const CurrentSpan: () => ParameterDecorator = createParamDecorator(() => currentSpan());
