import type {
  ErrorDetail,
  LogLine,
  ShownException,
} from '../../../nestrace/src/sinks/panel/contract/index.js';
import { formatMicros } from '../format/duration.js';
import { printableLine } from '../format/printable.js';
import { formatCount } from '../format/quantity.js';
import { code, codeBlock, facts, inline, paragraphs } from './markdown.js';

/** A group of errors for an issue or a chat: the frames of packages are counted, not listed. */
export function errorMarkdown(detail: ErrorDetail): string {
  const { group, exception, path, logs, request } = detail;
  return paragraphs(
    `### ${inline(`${exception.type}: ${exception.message}`)}`,
    facts([
      ['Where', code(group.place)],
      ['Route', code(group.route)],
      ['Request', request === undefined ? undefined : code(request)],
      [
        'Status',
        group.httpStatus === undefined ? group.handling : `${group.httpStatus}, ${group.handling}`,
      ],
      ['Seen', `${formatCount(group.count)}×, last ${new Date(group.lastMs).toISOString()}`],
      ['Trace', code(group.traceId)],
      ['Span path', path.map(({ name }) => inline(name)).join(' › ')],
    ]),
    codeBlock(stackText(exception)),
    logs.length === 0 ? undefined : `Log before it:\n\n${codeBlock(logs.map(logText).join('\n'))}`,
  );
}

/** As V8 writes it, with runs of frames that are not of the application taken together. */
export function stackText({ type, message, frames }: ShownException): string {
  const lines = [`${type}: ${message}`];
  let folded = 0;
  const flush = () => {
    if (folded > 0)
      lines.push(`    … ${folded} ${folded === 1 ? 'frame' : 'frames'} of packages and Node`);
    folded = 0;
  };
  const hasOwn = frames.some(({ inApp }) => inApp);
  for (const frame of frames) {
    if (hasOwn && !frame.inApp) {
      folded += 1;
      continue;
    }
    flush();
    lines.push(`    ${frame.text.trim()}`);
  }
  flush();
  return lines.join('\n');
}

function logText({ at, level, message }: LogLine): string {
  return `+${formatMicros(at)} ${level.toUpperCase()} ${printableLine(message)}`;
}
