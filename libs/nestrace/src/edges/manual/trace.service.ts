import { Inject, Injectable } from '@nestjs/common';
import {
  isSpanContextValid,
  SpanKind,
  trace,
  type Attributes,
  type Link,
  type Span,
  type SpanOptions,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api';
import { OTEL_TRACER_PROVIDER } from '../../config/tokens.js';
import { isLive } from '../../pipeline/current-telemetry.js';
import { recordException } from '../../pipeline/exceptions.js';
import type { Method, MethodPlan } from '../../pipeline/methods/method-plan.js';
import { callTraced } from '../../pipeline/methods/traced-call.js';
import { TelemetryLifecycle } from '../../pipeline/telemetry-lifecycle.js';
import type { Telemetry } from '../../pipeline/telemetry.js';
import { currentSpan, noSpan } from './current-span.decorator.js';

/**
 * Spans by hand, for the places no decorator reaches.
 *
 * @example
 * ```ts
 * constructor(private readonly trace: TraceService) {}
 *
 * async close(order: Order) {
 *   await this.trace.withSpan('close books', async (span) => {
 *     span.setAttribute('order.id', order.id);
 *     await this.books.close(order);
 *   });
 * }
 * ```
 *
 * @publicApi
 */
@Injectable()
export class TraceService {
  constructor(
    @Inject(OTEL_TRACER_PROVIDER) private readonly provider: TracerProvider,
    @Inject(TelemetryLifecycle) private readonly own: Pick<TelemetryLifecycle, 'telemetry'>,
  ) {}

  /**
   * Runs a function inside a new span and returns what it returns. The span ends when the work is
   * done, as for `@Traced()`; an error is recorded and thrown on. While tracing is off the function
   * is called directly, with a span that keeps nothing.
   */
  withSpan<T>(name: string, run: (span: Span) => T): T;
  withSpan<T>(name: string, options: SpanOptions, run: (span: Span) => T): T;
  withSpan<T>(
    name: string,
    optionsOrRun: SpanOptions | ((span: Span) => T),
    maybeRun?: (span: Span) => T,
  ): T {
    const [options, run] =
      typeof optionsOrRun === 'function'
        ? [{}, optionsOrRun]
        : [optionsOrRun, maybeRun as (span: Span) => T];
    const { telemetry } = this.own;
    if (telemetry === undefined || !isLive(telemetry)) return run(noSpan());
    const plan = planOf(name, options, telemetry);
    return callTraced(plan, () => run(currentSpan()), undefined, [], run as Method) as T;
  }

  /** The span that is active right now; while nothing is recorded, one that keeps nothing. */
  currentSpan(): Span {
    return currentSpan();
  }

  /** Id of the current trace as 32 hexadecimal digits, or undefined outside of any trace. */
  traceId(): string | undefined {
    const current = currentSpan().spanContext();
    return isSpanContextValid(current) ? current.traceId : undefined;
  }

  /** Puts attributes on the current span. */
  setAttributes(attributes: Attributes): void {
    currentSpan().setAttributes(attributes);
  }

  /** Adds an event to the current span. */
  addEvent(name: string, attributes: Attributes = {}): void {
    currentSpan().addEvent(name, attributes);
  }

  /** Records an exception on the current span without failing it, for errors that were handled. */
  recordException(error: unknown): void {
    const span = trace.getActiveSpan();
    if (span?.isRecording() === true) recordException(span, error);
  }

  /** A tracer with a name of its own. */
  tracer(name: string, version?: string): Tracer {
    return this.provider.getTracer(name, version);
  }
}

function planOf(name: string, options: SpanOptions, telemetry: Telemetry): MethodPlan {
  const links: Link[] | undefined = options.links;
  return {
    name,
    kind: options.kind ?? SpanKind.INTERNAL,
    attributes: options.attributes ?? {},
    root: options.root ?? false,
    links: links && (() => links),
    startTime: options.startTime,
    telemetry,
  };
}
