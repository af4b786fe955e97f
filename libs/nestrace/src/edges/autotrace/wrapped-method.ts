import type { Method } from '../../pipeline/methods/method-plan.js';
import type { Telemetry } from '../../pipeline/telemetry.js';
import type { AutomaticPlan } from './automatic-plan.js';
import type { TracedApplication } from './traced-application.js';

/** What a wrapper knows about the method it stands for. */
export interface WrappedMethod {
  readonly key: string | symbol;
  /** The method as it was found; its metadata tells who calls it. */
  readonly method: Method;
  /** The method to call, now. */
  readonly find: () => Method;
  /** Applications that have it traced; none are left when the last of them is closed. */
  readonly users: ReadonlySet<TracedApplication>;
  readonly planFor: (telemetry: Telemetry) => AutomaticPlan | undefined;
}
