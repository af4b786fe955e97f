import { SPAN_FLAG } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { formatMicros, spokenDuration } from '../../../format/duration.js';
import { printableLine } from '../../../format/printable.js';
import { isFold, rowOfEntry, type Entry } from './entry.js';
import { totalOf } from './folds.js';
import type { TraceView } from './trace-view.js';

/** What a line says, for the eye and for the ear. */
export interface RowFacts {
  readonly row: number;
  /** Of a fold; otherwise only the row itself. */
  readonly members: readonly number[] | undefined;
  readonly name: string;
  readonly service: string;
  readonly type: string;
  readonly flags: number;
  /** Microseconds; of a fold, of all of them together. */
  readonly duration: number;
  readonly durationText: string;
}

const has = (flags: number, flag: number) => (flags & flag) !== 0;

export function rowFacts(view: TraceView, entry: Entry): RowFacts {
  const { spans, names, services, types } = view.detail.value;
  const row = rowOfEntry(entry);
  const members = isFold(entry) ? (view.tree.value.folds.members.get(row) ?? []) : undefined;
  const flags =
    members?.reduce((all, at) => all | (spans.flags[at] ?? 0), 0) ?? spans.flags[row] ?? 0;
  const duration = members === undefined ? view.durationOf(row) : totalOf(spans, members);
  const isOpen = has(flags, SPAN_FLAG.open);
  const known = names[spans.name[row] ?? -1] ?? '';
  const id = spans.id[row] ?? '';
  const isMissing = has(flags, SPAN_FLAG.placeholder);
  return {
    row,
    members,
    name: known === '' ? (isMissing ? `missing parent ${id}` : '(no name)') : known,
    service: services[spans.service[row] ?? -1] ?? '',
    type: types[spans.type[row] ?? -1] ?? '',
    flags,
    duration,
    durationText: isMissing
      ? ''
      : isOpen && members === undefined
        ? `open ${formatMicros(duration)}`
        : formatMicros(duration),
  };
}

/** `orders SELECT orders, 4 milliseconds, starts at 8 milliseconds, error`. */
export function spokenRow(facts: RowFacts, startMicros: number): string {
  const { name, service, flags, duration, members } = facts;
  const isMissing = has(flags, SPAN_FLAG.placeholder);
  const count = members === undefined ? '' : `${members.length} times `;
  const parts = [`${printableLine(service)} ${count}${printableLine(name)}`.trim()];
  if (isMissing) return `${parts[0]}, this span has not come here`;
  parts.push(`${has(flags, SPAN_FLAG.open) ? 'open for ' : ''}${spokenDuration(duration / 1000)}`);
  parts.push(`starts at ${spokenDuration(startMicros / 1000)}`);
  if (has(flags, SPAN_FLAG.error)) parts.push('error');
  if (has(flags, SPAN_FLAG.slow)) parts.push('slow');
  if (has(flags, SPAN_FLAG.nPlusOne)) parts.push('N+1');
  if (has(flags, SPAN_FLAG.fanOut)) parts.push('fan-out');
  return parts.join(', ');
}
