import { isQuery, spanType } from '../spans/span-kinds.js';
import { queryOf } from '../sql/trace-queries.js';
import { targetOf } from '../traces/target.js';
import type { StoredSpan } from '../../../pipeline/span-store/stored-span.js';
import type { TraceTree } from './trace-tree.js';

/** The same number for rows that do the same: the same statement, the same call, the same method. */
export function rowGroups({ rows }: TraceTree): readonly number[] {
  const numbers = new Map<string, number>();
  return rows.map(({ span }) => {
    const key = span === undefined ? '' : keyOf(span);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

function keyOf(span: StoredSpan): string {
  const what = isQuery(span) ? queryOf(span).fingerprint.hash : (targetOf(span) ?? '');
  return [span.name, span.kind, span.source.service, spanType(span), what].join('\0');
}
