import { activeContext } from '../../../pipeline/active-context.js';
import { telemetryFor } from '../../../pipeline/current-telemetry.js';
import { tracedApplications, type TracedApplication } from '../choosing/traced-application.js';

/**
 * The application a method is called in, outside of any trace: the one whose instance it is. An
 * instance that is in no container is of a request, or of a test; then it is the one whose start
 * has led here, or that started last.
 */
export function applicationOf(
  users: ReadonlySet<TracedApplication>,
  receiver: unknown,
): TracedApplication | undefined {
  if (users.size > 1) {
    for (const application of users) if (application.provides(receiver)) return application;
  }
  return likely(users);
}

/** The most likely of several applications. */
export function likely(users: ReadonlySet<TracedApplication>): TracedApplication | undefined {
  const telemetry = users.size > 1 ? telemetryFor(undefined, activeContext()) : undefined;
  const current = telemetry && tracedApplications.of(telemetry);
  return current !== undefined && users.has(current) ? current : [...users].at(-1);
}
