import { trace, type Context } from '@opentelemetry/api';
import { noteFailure } from '../../../core/failures.js';
import { activeContext, runIn } from '../../../pipeline/active-context.js';
import { telemetryFor } from '../../../pipeline/current-telemetry.js';
import { awaitingFilter } from '../../../pipeline/executions/awaiting-filter.js';
import { executionIn } from '../../../pipeline/executions/execution-span.js';
import { localTraceOf, type TraceEntry } from '../../../pipeline/local-trace.js';
import { callTraced } from '../../../pipeline/methods/traced-call.js';
import type { Entered, Entry, WrappedMethod } from './entry.js';
import { executionFrom } from './execution-from.js';

/**
 * How an exception filter is called. What it answers for hears of it, whether the filter has a span
 * or not: it keeps the exception from the filter of Nest, where it would be seen otherwise.
 */
export function filterEntry(wrapped: WrappedMethod): Entry {
  return (_, { 0: exception, 1: host }) => {
    const active = failedContext(exception, host) ?? activeContext();
    const failed = entriesIn(active);
    return failed.size === 0 ? undefined : new Filtering(wrapped, failed, active);
  };
}

/** One exception, on its way through a filter. */
class Filtering implements Entered {
  constructor(
    private readonly wrapped: WrappedMethod,
    private readonly failed: ReadonlySet<TraceEntry>,
    private readonly active: Context,
  ) {}

  call(_: unknown, receiver: unknown, args: ArrayLike<unknown>): unknown {
    this.tell(args[0]);
    let result = runIn(this.active, () => this.filter(receiver, args));
    for (const entry of this.failed) result = entry.lastsUntil?.(result) ?? result;
    return result;
  }

  private tell(exception: unknown): void {
    try {
      for (const entry of this.failed) {
        entry.threw(exception);
        entry.filteredBy(this.wrapped.className);
      }
    } catch (error) {
      noteFailure('exception', error);
    }
  }

  private filter(receiver: unknown, args: ArrayLike<unknown>): unknown {
    const { wrapped } = this;
    const telemetry = telemetryFor(trace.getSpan(activeContext()));
    const plan = telemetry && wrapped.planFor(telemetry);
    return plan === undefined
      ? Reflect.apply(wrapped.find(), receiver, args)
      : callTraced(plan, wrapped.find(), receiver, args);
  }
}

/**
 * The context of an execution that is not HTTP. Nest calls its filter after the execution has
 * failed, and outside of it, though it is a part of it.
 */
function failedContext(exception: unknown, host: unknown): Context | undefined {
  try {
    const failed = executionFrom(host);
    const execution = failed && awaitingFilter(exception, failed.getArgs());
    return executionIn(activeContext()) === execution ? undefined : execution?.context;
  } catch (error) {
    noteFailure('execution', error);
    return undefined;
  }
}

/** The request the exception belongs to, and the operation of GraphQL that is a part of it. */
function entriesIn(active: Context): ReadonlySet<TraceEntry> {
  const span = trace.getSpan(active);
  const found = [span && localTraceOf(span)?.entry, executionIn(active)];
  return new Set(found.filter((entry) => entry !== undefined));
}
