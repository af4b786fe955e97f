import type { Execution } from '../../../pipeline/executions/begun-executions.js';

/** Executions that have no request to belong to, or are only a part of one. */
const TYPES: ReadonlySet<unknown> = new Set(['rpc', 'ws', 'graphql']);

/** What a guard or a filter was given, where that is an execution that is not HTTP. */
export function executionFrom(given: unknown): Execution | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  // Other classes have methods of the same name; nothing of what they are given is called.
  const { getType, getArgs, switchToRpc } = given as Partial<Execution> & { switchToRpc?: unknown };
  const isHost = typeof getArgs === 'function' && typeof switchToRpc === 'function';
  if (!isHost || typeof getType !== 'function') return undefined;
  return TYPES.has(getType.call(given)) ? (given as Execution) : undefined;
}
