import type { RepeatedStatement } from '../../../nestrace/src/sinks/panel/contract/index.js';
import { formatDuration } from '../format/duration.js';
import { formatCount, formatPercent } from '../format/quantity.js';
import { code, codeBlock, facts, inline, paragraphs } from './markdown.js';

/** A statement that repeats, for an issue or a chat. */
export function repeatMarkdown(repeat: RepeatedStatement): string {
  const { kind, caller, count, text, totalMs, traceMs, source } = repeat;
  const how = kind === 'n+1' ? 'N+1' : 'Fan-out';
  // Side by side, the sum of the times says nothing about the share of the trace.
  const share = kind === 'n+1' ? ` (${formatPercent(totalMs, traceMs)})` : '';
  return paragraphs(
    `### ${how}: ${inline(caller)} → ${formatCount(count)}×`,
    codeBlock(text, 'sql'),
    facts([
      ['Cost', `${formatDuration(totalMs)} of ${formatDuration(traceMs)}${share}`],
      ['After', source === undefined ? undefined : code(source.text)],
      ['In', `${inline(repeat.traceName)}, trace ${code(repeat.traceId)}`],
    ]),
    kind === 'n+1'
      ? 'One query per row, one after the other. Load them together: a join, or one query with `IN (…)`.'
      : 'The same query many times at once: each takes a connection of the pool. Load them together.',
  );
}
