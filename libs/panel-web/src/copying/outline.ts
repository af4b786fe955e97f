import { SPAN_FLAG, type TraceDetail } from '../../../nestrace/src/sinks/panel/contract/index.js';
import { formatMicros } from '../format/duration.js';
import { printableLine } from '../format/printable.js';

/** So many lines still fit into a message. */
const MAX_LINES = 80;
/** From so many siblings on that do the same, one line is enough. */
const FOLD_FROM = 5;

const MARKS: readonly (readonly [number, string])[] = [
  [SPAN_FLAG.error, 'error'],
  [SPAN_FLAG.open, 'still open'],
  [SPAN_FLAG.slow, 'slow'],
  [SPAN_FLAG.nPlusOne, 'N+1'],
  [SPAN_FLAG.fanOut, 'fan-out'],
];

/** The spans as an indented text, one per line; siblings that repeat share one. */
export function outline(detail: TraceDetail, maxLines = MAX_LINES): string {
  const { spans } = detail;
  const lines: string[] = [];
  const depths: number[] = [];
  const folds = foldsOf(detail);
  let left = 0;
  for (let row = 0; row < spans.id.length; row += 1) {
    const parent = spans.parent[row] ?? -1;
    const above = depths[parent] ?? -1;
    const fold = folds.get(keyOf(detail, row));
    const isHidden = (parent !== -1 && above === -1) || (fold !== undefined && fold.first !== row);
    depths[row] = isHidden ? -1 : parent === -1 ? 0 : above + 1;
    if (isHidden) continue;
    if (lines.length >= maxLines) left += 1;
    else lines.push(`${'  '.repeat(depths[row] ?? 0)}${lineOf(detail, row, fold)}`);
  }
  if (left > 0) lines.push(`… ${left} more`);
  return lines.join('\n');
}

interface Fold {
  readonly first: number;
  count: number;
  duration: number;
}

/** What lies below the siblings of a fold is left out together with them. */
function foldsOf(detail: TraceDetail): ReadonlyMap<string, Fold> {
  const folds = new Map<string, Fold>();
  for (let row = 0; row < detail.spans.id.length; row += 1) {
    const key = keyOf(detail, row);
    const fold = folds.get(key) ?? { first: row, count: 0, duration: 0 };
    fold.count += 1;
    fold.duration += detail.spans.duration[row] ?? 0;
    folds.set(key, fold);
  }
  return new Map([...folds].filter(([, { count }]) => count >= FOLD_FROM));
}

const keyOf = ({ spans }: TraceDetail, row: number) => `${spans.parent[row]} ${spans.group[row]}`;

function lineOf(detail: TraceDetail, row: number, fold: Fold | undefined): string {
  const { spans, names } = detail;
  const flags = spans.flags[row] ?? 0;
  const name = printableLine(names[spans.name[row] ?? -1] ?? '?');
  const marks = MARKS.filter(([bit]) => (flags & bit) !== 0).map(([, mark]) => mark);
  const took = formatMicros(fold?.duration ?? spans.duration[row] ?? 0);
  const tail = marks.length === 0 ? '' : `  [${marks.join(', ')}]`;
  if ((flags & SPAN_FLAG.placeholder) !== 0) return `${name}  (has not come here)`;
  return `${fold === undefined ? '' : `${fold.count}× `}${name}  ${took}${tail}`;
}
