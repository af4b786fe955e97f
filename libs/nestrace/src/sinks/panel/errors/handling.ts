import { SpanKind } from '@opentelemetry/api';
import {
  ATTR_NEST_EXCEPTION_FILTER,
  NEST_TYPE_OPERATION,
  NEST_TYPE_REQUEST,
} from '../../../pipeline/attributes.js';
import type { StoredSpan } from '../../../pipeline/span-store/stored-span.js';
import type { ErrorGroup } from '../contract/index.js';
import { textOf } from '../spans/read-attributes.js';
import { isError, nestTypeOf } from '../spans/span-kinds.js';
import { requestOf } from '../traces/entry.js';
import type { TraceTree } from '../tree/trace-tree.js';

const entries = new WeakMap<TraceTree, Int32Array>();

/** The request, message or job something happened in; where there is none, what is at the top. */
export function entryAround(tree: TraceTree, row: number): StoredSpan | undefined {
  let rows = entries.get(tree);
  if (rows === undefined) {
    rows = findEntries(tree);
    entries.set(tree, rows);
  }
  return tree.rows[rows[row] ?? -1]?.span;
}

/** Rows stand behind their parents, so one pass is enough, however deep the tree is. */
function findEntries({ rows }: TraceTree): Int32Array {
  const found = new Int32Array(rows.length);
  rows.forEach(({ span, parent }, row) => {
    const isTop = rows[parent]?.span === undefined;
    found[row] = isTop || (span !== undefined && isEntry(span)) ? row : (found[parent] ?? row);
  });
  return found;
}

function isEntry(span: StoredSpan): boolean {
  const type = nestTypeOf(span);
  return (
    type === NEST_TYPE_REQUEST ||
    type === NEST_TYPE_OPERATION ||
    span.kind === SpanKind.SERVER ||
    span.kind === SpanKind.CONSUMER
  );
}

/** What became of an error: a filter of the application answered, somebody caught it, or nobody. */
export function handlingOf(entry: StoredSpan | undefined): ErrorGroup['handling'] {
  if (entry === undefined) return 'unhandled';
  const { status } = requestOf(entry);
  if (textOf(entry.attributes, ATTR_NEST_EXCEPTION_FILTER) !== undefined) {
    return status !== undefined && status < 500 ? 'answered' : 'handled';
  }
  return isError(entry) || (status ?? 0) >= 500 ? 'unhandled' : 'handled';
}
