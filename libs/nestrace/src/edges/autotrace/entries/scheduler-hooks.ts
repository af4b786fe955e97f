import { createContextKey, ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { SharedPatch } from '../../../core/shared-patch.js';
import { runIn } from '../../../pipeline/active-context.js';
import type { Method } from '../../../pipeline/methods/method-plan.js';
import { classNameOf, type ClassReference } from '../finding/class-reference.js';
import type { OperationTrigger } from '../finding/operation-metadata.js';

/** The class of `@nestjs/schedule` that keeps the jobs, and its methods that take them. */
const ORCHESTRATOR = 'SchedulerOrchestrator';
const ADDERS: readonly (readonly [method: string, trigger: OperationTrigger])[] = [
  ['addCron', 'cron'],
  ['addInterval', 'interval'],
  ['addTimeout', 'timeout'],
];

const TRIGGER = createContextKey('nestrace.operation-trigger');

/** What has started the job something runs in; undefined outside of jobs. */
export function triggerIn(active: Context): OperationTrigger | undefined {
  return active.getValue(TRIGGER) as OperationTrigger | undefined;
}

export function isScheduler(owner: ClassReference): boolean {
  return classNameOf(owner) === ORCHESTRATOR;
}

const patches = new WeakMap<ClassReference, readonly SharedPatch[]>();

/**
 * Makes every run of a job begin outside of all traces. Its timer keeps the context it was started
 * in: that of the start of the application, or of the request in which somebody has restarted the
 * job. The returned function stops that.
 */
export function watchScheduler(owner: ClassReference): () => void {
  let known = patches.get(owner);
  if (known === undefined) {
    known = ADDERS.map(([name, trigger]) => adderPatch(owner, name, trigger));
    patches.set(owner, known);
  }
  for (const patch of known) patch.install();
  return () => {
    for (const patch of known) patch.uninstall();
  };
}

function adderPatch(owner: ClassReference, name: string, trigger: OperationTrigger): SharedPatch {
  return new SharedPatch(owner.prototype, name, (original) => {
    return function (this: never, ...[job, ...rest]: never[]): unknown {
      const given = typeof job === 'function' ? asJob(job, trigger) : job;
      return Reflect.apply(original, this, [given as never, ...rest]);
    };
  });
}

function asJob(job: Method, trigger: OperationTrigger): Method {
  const outside = ROOT_CONTEXT.setValue(TRIGGER, trigger);
  return function (this: unknown, ...args) {
    return runIn(outside, () => Reflect.apply(job, this, args));
  };
}
