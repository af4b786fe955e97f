import { guardEntry } from './call-guard.js';
import { operationEntry } from './call-operation.js';
import type { Entry, WrappedMethod } from './entry.js';
import { filterEntry } from './filter-entry.js';
import { isJob, isListener } from '../finding/operation-metadata.js';
import { ENHANCER_METHOD } from '../finding/roles.js';

/**
 * The entry a method may be, by its metadata. A guard or a filter is known by the name of its
 * method: a class may turn out to be one when it has its wrappers.
 */
export function entryOf(wrapped: WrappedMethod): Entry | undefined {
  if (wrapped.key === ENHANCER_METHOD.guard) return guardEntry(wrapped);
  if (wrapped.key === ENHANCER_METHOD.filter) return filterEntry(wrapped);
  const { method } = wrapped;
  return isJob(method) || isListener(method) ? operationEntry(wrapped) : undefined;
}
