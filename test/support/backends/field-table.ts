import type { ComparedField } from './compare-traces.js';

/** Long texts are cut in the middle: where they differ at all is what matters. */
const MAX_WIDTH = 60;

const HEADER = { span: 'span', field: 'field', sent: 'sent', seen: 'seen' };
const COLUMNS = ['span', 'field', 'sent', 'seen'] as const;

/** Fields as a table one can read. */
export function fieldTable(fields: readonly ComparedField[]): string {
  const rows = [HEADER, ...fields].map((row) => COLUMNS.map((column) => shorten(row[column])));
  const widths = COLUMNS.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function shorten(text: string | undefined): string {
  if (text === undefined) return '—';
  if (text.length <= MAX_WIDTH) return text;
  const half = (MAX_WIDTH - 1) / 2;
  return `${text.slice(0, Math.ceil(half))}…${text.slice(-Math.floor(half))}`;
}
