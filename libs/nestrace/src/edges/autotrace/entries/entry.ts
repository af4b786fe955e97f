import type { Method } from '../../../pipeline/methods/method-plan.js';
import type { Telemetry } from '../../../pipeline/telemetry.js';
import type { AutomaticPlan } from '../choosing/automatic-plan.js';
import type { TracedApplication } from '../choosing/traced-application.js';

/** What a wrapper knows about the method it stands for. */
export interface WrappedMethod {
  readonly key: string | symbol;
  readonly className: string;
  /** The method as it was found; its metadata tells who calls it. */
  readonly method: Method;
  /** The method to call, now. */
  readonly find: () => Method;
  /** Applications that have it traced; none are left when the last of them is closed. */
  readonly users: ReadonlySet<TracedApplication>;
  readonly planFor: (telemetry: Telemetry) => AutomaticPlan | undefined;
}

/**
 * Most methods have something to record only inside a trace. Some Nest may call outside of one; of
 * them the wrapper asks first whether this is such a call.
 */
export type Entry = (receiver: unknown, args: ArrayLike<unknown>) => Entered | undefined;

/** A call that is made in another way, by the method itself or by its wrapper once more. */
export interface Entered {
  call(wrapper: Method, receiver: unknown, args: ArrayLike<unknown>): unknown;
}
