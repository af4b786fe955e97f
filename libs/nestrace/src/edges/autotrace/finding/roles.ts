import type { TraceCandidate } from '../../../config/auto-trace.options.js';

/** What Nest calls around a handler. */
export type EnhancerRole = 'guard' | 'pipe' | 'interceptor' | 'filter' | 'middleware';

export type CandidateType = TraceCandidate['type'];

/** The one method by which Nest calls each of them. */
export const ENHANCER_METHOD = {
  guard: 'canActivate',
  pipe: 'transform',
  interceptor: 'intercept',
  filter: 'catch',
  middleware: 'use',
} as const satisfies Record<EnhancerRole, string>;

const ROLES = Object.keys(ENHANCER_METHOD) as readonly EnhancerRole[];

/** The role in which a method is called, of those its class has. */
export function roleOfMethod(
  key: string | symbol,
  roles: ReadonlySet<EnhancerRole>,
): EnhancerRole | undefined {
  return ROLES.find((role) => roles.has(role) && ENHANCER_METHOD[role] === key);
}
