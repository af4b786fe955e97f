import { SpanKind } from '@opentelemetry/api';
import type { StoredSpan, StoredTrace } from '../../../pipeline/span-store/stored-span.js';
import {
  NEST_TYPE_DB_TRANSACTION,
  NEST_TYPE_LIFECYCLE,
  NEST_TYPE_PROVIDER,
} from '../../../pipeline/attributes.js';
import { methodOf, nestTypeOf } from '../spans/span-kinds.js';
import { treeOf, type TraceTree } from '../tree/trace-tree.js';

/** Where in the application each span of a trace was made. */
export interface Callers {
  /**
   * Row of the nearest span above that is no method of a provider: a handler, a job; -1 where there
   * is none.
   */
  readonly anchor: Int32Array;
  /** Number of the way from there, by the names of the methods it leads through. */
  readonly path: Int32Array;
  /** Row of the nearest method of the application above, or -1. */
  readonly method: Int32Array;
}

const callers = new WeakMap<StoredTrace, Callers>();

/**
 * A loop may call a method, which runs the statement: then each run has a parent of its own. So
 * methods of providers, and transactions, are looked through.
 */
export function callersOf(trace: StoredTrace): Callers {
  let found = callers.get(trace);
  if (found === undefined) {
    found = findCallers(treeOf(trace));
    callers.set(trace, found);
  }
  return found;
}

/** Rows stand behind their parents, so one pass is enough, however deep the tree is. */
function findCallers({ rows }: TraceTree): Callers {
  const anchor = new Int32Array(rows.length).fill(-1);
  const path = new Int32Array(rows.length);
  const method = new Int32Array(rows.length).fill(-1);
  const steps = new Map<string, number>();
  rows.forEach(({ parent }, row) => {
    if (parent === -1) return;
    const above = rows[parent]?.span;
    const isMethod = above !== undefined && methodOf(above) !== undefined;
    method[row] = isMethod ? parent : (method[parent] ?? -1);
    const next = anchor[parent] ?? -1;
    if (above === undefined || next === -1 || !isLookedThrough(above)) {
      anchor[row] = parent;
      return;
    }
    anchor[row] = next;
    const step = `${path[parent]}\0${above.name}`;
    const number = steps.get(step) ?? steps.size + 1;
    steps.set(step, number);
    path[row] = number;
  });
  return { anchor, path, method };
}

function isLookedThrough(span: StoredSpan): boolean {
  const type = nestTypeOf(span);
  if (type === undefined) return span.kind === SpanKind.INTERNAL;
  return type === NEST_TYPE_PROVIDER || type === NEST_TYPE_DB_TRANSACTION;
}

/** `OrdersService.load`: the nearest method above a row, or whatever is above it. */
export function callerOf(trace: StoredTrace, row: number): string {
  const { rows } = treeOf(trace);
  const parent = rows[row]?.parent ?? -1;
  const method = rows[callersOf(trace).method[row] ?? -1]?.span;
  return (method && methodOf(method)) ?? rows[parent]?.span?.name ?? '';
}

/** The method a row stands for, else the nearest above it. */
export function methodAt(trace: StoredTrace, row: number): string {
  const span = treeOf(trace).rows[row]?.span;
  return (span && methodOf(span)) ?? (callerOf(trace, row) || (span?.name ?? ''));
}

/** Migrations repeat themselves, and nobody waits for them. */
export function isLifecycle(tree: TraceTree, row: number): boolean {
  const span = tree.rows[row]?.span;
  return span !== undefined && nestTypeOf(span) === NEST_TYPE_LIFECYCLE;
}
