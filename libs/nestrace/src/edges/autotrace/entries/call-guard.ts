import { isObservable, Observable, tap } from 'rxjs';
import { noteFailure } from '../../../core/failures.js';
import { isThenable } from '../../../core/is-thenable.js';
import { activeContext, runIn } from '../../../pipeline/active-context.js';
import { awaitFilter } from '../../../pipeline/executions/awaiting-filter.js';
import {
  beginOnce,
  executionSources,
  leaveToOthers,
  type Execution,
  type ExecutionSource,
} from '../../../pipeline/executions/begun-executions.js';
import { executionIn, type ExecutionSpan } from '../../../pipeline/executions/execution-span.js';
import type { Method } from '../../../pipeline/methods/method-plan.js';
import { likely } from './application-of.js';
import type { Entered, Entry, WrappedMethod } from './entry.js';
import { executionFrom } from './execution-from.js';
import type { TracedApplication } from '../choosing/traced-application.js';

/**
 * How a guard is called. Guards run before any interceptor does: of an execution that is not HTTP
 * the first guard begins the trace, and what it refuses nobody else sees.
 */
export function guardEntry({ users }: WrappedMethod): Entry {
  return (_, args) => guardingOf(args[0], users);
}

function guardingOf(given: unknown, users: ReadonlySet<TracedApplication>): Guarding | undefined {
  try {
    const execution = executionFrom(given);
    if (execution === undefined) return undefined;
    const source = sourceOf(execution, users);
    const span = source && beginOnce(execution, source);
    // A guard may call others, whose answers are its own business.
    const isNested = span === undefined || executionIn(activeContext()) === span;
    return !isNested && span.isGuarded ? new Guarding(span, execution) : undefined;
  } catch (error) {
    noteFailure('execution', error);
    return undefined;
  }
}

/** Who begins executions of this class of handlers. */
function sourceOf(
  execution: Execution,
  users: ReadonlySet<TracedApplication>,
): ExecutionSource | undefined {
  const owner = execution.getClass();
  const serving = [...users].filter(
    ({ telemetry }) => telemetry && executionSources.of(telemetry)?.serves(owner),
  );
  const application = likely(serving.length === 0 ? users : new Set(serving));
  return application?.telemetry && executionSources.of(application.telemetry);
}

/** What Nest throws where a guard has denied. */
const REFUSALS: Readonly<Record<string, string>> = {
  rpc: 'RpcException',
  ws: 'WsException',
  graphql: 'ForbiddenException',
};

/** One guard of one execution. Its answer reaches Nest as it came. */
class Guarding implements Entered {
  constructor(
    private readonly span: ExecutionSpan,
    private readonly execution: Execution,
  ) {}

  call(wrapper: Method, receiver: unknown, args: ArrayLike<unknown>): unknown {
    let result: unknown;
    try {
      result = runIn(this.span.context, apply, wrapper, receiver, args);
    } catch (error) {
      this.threw(error);
      throw error;
    }
    return this.span.isRecording ? this.see(result) : result;
  }

  private see(result: unknown): unknown {
    if (isObservable(result)) return this.watch(result);
    if (!isThenable(result)) {
      this.decided(result);
      return result;
    }
    // Nest waits for it in the same way.
    return Promise.resolve(result).then(
      (value: unknown) => {
        if (isObservable(value)) return this.watch(value);
        this.decided(value);
        return value;
      },
      (error: unknown) => {
        this.threw(error);
        throw error;
      },
    );
  }

  /** Nest takes the last value. */
  private watch(source: Observable<unknown>): Observable<unknown> {
    let last: unknown;
    const seen = new Observable((subscriber) => source.subscribe(subscriber)).pipe(
      tap({
        next: (value) => {
          last = value;
        },
        complete: () => {
          this.decided(last);
        },
        error: (error: unknown) => {
          this.threw(error);
        },
      }),
    );
    return new Observable((subscriber) =>
      runIn(this.span.context, () => seen.subscribe(subscriber)),
    );
  }

  private decided(isAllowed: unknown): void {
    if (isAllowed) {
      leaveToOthers(this.span, this.execution);
      return;
    }
    this.span.refuse(REFUSALS[this.execution.getType()] ?? 'Error');
    awaitFilter(this.span, this.execution.getArgs(), this.span.now());
  }

  private threw(error: unknown): void {
    try {
      this.span.threw(error);
    } catch (inner) {
      // What was thrown may throw when it is looked at.
      noteFailure('execution', inner);
    }
    awaitFilter(this.span, this.execution.getArgs(), this.span.now());
  }
}

function apply(method: Method, receiver: unknown, args: ArrayLike<unknown>): unknown {
  return Reflect.apply(method, receiver, args);
}
