import type { TraceDetail } from '../../../nestrace/src/sinks/panel/contract/index.js';
import { formatMicros } from '../format/duration.js';
import { plural } from '../format/quantity.js';
import { code, codeBlock, facts, inline, paragraphs } from './markdown.js';
import { outline } from './outline.js';

/** A trace for an issue or a chat. */
export function traceMarkdown(detail: TraceDetail): string {
  const { summary } = detail;
  const status = summary.httpStatus === undefined ? '' : ` → ${summary.httpStatus}`;
  const took = summary.inFlight ? 'still running' : formatMicros(detail.duration);
  const repeats = [
    summary.nPlusOne > 0 ? `${summary.nPlusOne}× N+1` : '',
    summary.fanOut > 0 ? `${summary.fanOut}× fan-out` : '',
    summary.slowQueries > 0 ? `${summary.slowQueries} slow` : '',
  ].filter(Boolean);
  const queries = [plural(detail.sql, 'query', 'queries'), ...repeats].join(', ');
  return paragraphs(
    `### ${inline(summary.name)}${status}, ${took}`,
    facts([
      ['Trace', code(summary.id)],
      ['Started', new Date(summary.startMs).toISOString()],
      [
        'Request',
        summary.path === undefined
          ? undefined
          : code(`${summary.method ?? ''} ${summary.path}`.trim()),
      ],
      ['Spans', plural(summary.spans, 'span')],
      ['SQL', detail.sql === 0 ? undefined : queries],
      ['Errors', detail.errors === 0 ? undefined : String(detail.errors)],
      ['Services', detail.summary.services.map(inline).join(', ')],
      ['Note', summary.note === undefined ? undefined : code(summary.note)],
      ['Export', inline(detail.exported.text)],
    ]),
    codeBlock(outline(detail)),
  );
}
