import { TelemetrySettings } from '../telemetry-settings.js';
import type { ExecutionSpan } from './execution-span.js';

/** What matters of Nest's `ExecutionContext`. */
export interface Execution {
  getType(): string;
  getClass(): object;
  /** Nest hands the same list to all guards and all interceptors of an execution. */
  getArgs(): readonly unknown[];
}

/** Begins the executions of one application. */
export interface ExecutionSource {
  /** Whether a class of handlers belongs to the application. */
  serves(owner: object): boolean;
  /** The span of an execution; undefined where it is no entry of its own, or not to be recorded. */
  begin(execution: Execution): ExecutionSpan | undefined;
}

/** Guards run before interceptors do: whoever comes first begins the execution. */
export const executionSources = new TelemetrySettings<ExecutionSource>();

/** By the list of arguments; null for those that have no span. */
const begun = new WeakMap<object, ExecutionSpan | null>();

/** Begins an execution, unless that was done before. */
export function beginOnce(
  execution: Execution,
  source: ExecutionSource,
): ExecutionSpan | undefined {
  const args = execution.getArgs();
  const known = begun.get(args);
  if (known !== undefined) return known ?? undefined;
  const span = source.begin(execution);
  begun.set(args, span ?? null);
  return span;
}

/**
 * Leaves an execution to whoever comes after a guard. That may be nobody: another guard, one that
 * is not traced, may deny. Nest does not tell, but then the arguments are thrown away.
 */
export function leaveToOthers(span: ExecutionSpan, execution: Execution): void {
  if (span.leave()) forgotten.register(execution.getArgs(), span, span);
}

const forgotten = new FinalizationRegistry<ExecutionSpan>((span) => {
  span.endAsLeft();
});

/** The execution, for the one who runs its handler; for nobody after that. */
export function takeOver(execution: Execution, source: ExecutionSource): ExecutionSpan | undefined {
  const span = beginOnce(execution, source);
  if (span === undefined || !span.take()) return undefined;
  forgotten.unregister(span);
  return span;
}
