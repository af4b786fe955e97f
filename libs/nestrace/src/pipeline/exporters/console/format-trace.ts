import { paint, type Paint } from './paint.js';
import { printable } from './printable.js';
import { exceptionsOf, notesOf } from './span-notes.js';
import type { SpanView } from './span-view.js';
import { largest, rowsOf, type Row } from './trace-rows.js';
import { buildTrees } from './trace-tree.js';

/**
 * How a trace is drawn.
 *
 * @publicApi
 */
export interface FormatTraceOptions {
  /** @default false */
  readonly colors?: boolean;
  /** Columns of the terminal. @default 120 */
  readonly width?: number;
}

/** Columns beyond these go to the bars: on a narrow terminal names matter more. */
const NAMES_FIRST = 96;
const MAX_BAR_WIDTH = 24;
const MIN_BAR_WIDTH = 8;
const KIND_WIDTH = 8;
/** Indent, duration, gaps, and room for a short note. */
const OTHER_WIDTH = 32;
const MIN_NAME_WIDTH = 24;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

interface Scale {
  readonly start: number;
  readonly span: number;
  readonly nameWidth: number;
  readonly barWidth: number;
  readonly paint: Paint;
  readonly services: ReadonlyMap<string, string>;
}

/**
 * Draws the spans of one trace as a tree: name, kind, where in time it ran, how long it took,
 * status and the attributes that matter. Several spans that are alike share a line.
 *
 * @example
 * ```ts
 * process.stdout.write(formatTrace(spans, { colors: true }));
 * ```
 *
 * @publicApi
 */
export function formatTrace(spans: readonly SpanView[], options: FormatTraceOptions = {}): string {
  const [first] = spans;
  if (first === undefined) return '(no spans)\n';
  const trees = buildTrees(spans);
  const services = paintServices(spans);
  const around = services.size === 1 ? first.service : undefined;
  const rows = rowsOf(trees, around);
  const start = -largest(rows, (row) => -row.node.span.startTime);
  const end = largest(rows, (row) => row.endTime);
  const longest = largest(rows, (row) => row.prefix.length + row.label.length + row.count.length);
  const width = options.width ?? 120;
  const barWidth = barWidthFor(width);
  const scale: Scale = {
    start,
    span: Math.max(end - start, 0.001),
    nameWidth: Math.max(
      MIN_NAME_WIDTH,
      Math.min(longest, width - barWidth - KIND_WIDTH - OTHER_WIDTH),
    ),
    barWidth,
    paint: paint(options.colors ?? false),
    services,
  };
  const lines = [header(first.traceId, spans, end - start, scale)];
  for (const row of rows) lines.push(drawRow(row, scale), ...drawExceptions(row, scale));
  return `${lines.join('\n')}\n`;
}

function header(
  traceId: string,
  spans: readonly SpanView[],
  durationMs: number,
  scale: Scale,
): string {
  const { paint: p } = scale;
  const services = [...scale.services]
    .map(([name, colour]) => brushOf(p, colour)(printable(name)))
    .join(' → ');
  const count = `${spans.length} ${spans.length === 1 ? 'span' : 'spans'}`;
  return `${p.dim('trace')} ${p.bold(printable(traceId))}  ${services}  ${p.dim(`${count}  ${time(durationMs)}`)}`;
}

function drawRow(row: Row, scale: Scale): string {
  const { paint: p } = scale;
  const { span } = row.node;
  const failed = span.status.code === 'ERROR';
  const room = Math.max(4, scale.nameWidth - row.prefix.length);
  const name = (shorten(row.label, room - row.count.length) + row.count).padEnd(room);
  const kind = span.kind === 'INTERNAL' ? p.dim('internal') : span.kind.padEnd(KIND_WIDTH);
  const colour = brushOf(p, scale.services.get(span.service) ?? 'cyan');
  const notes = [...notesOf(span), ...remoteParent(row)].map(printable);
  return [
    `  ${p.dim(row.prefix)}${failed ? p.red(name) : name}`,
    kind,
    ...(scale.barWidth === 0 ? [] : [(failed ? p.red : colour)(bar(row, scale))]),
    time(row.durationMs).padStart(9),
    `${failed ? p.red('✖ ') : ''}${notes.map((note) => paintNote(note, p)).join(p.dim(' · '))}`,
  ]
    .join('  ')
    .trimEnd();
}

function shorten(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, Math.max(3, room - 1))}…`;
}

/** The root of what is drawn continues a trace of someone else. */
function remoteParent(row: Row): readonly string[] {
  return row.prefix === '' && row.node.span.parentSpanId !== undefined
    ? [`continues ${row.node.span.parentSpanId}`]
    : [];
}

function paintNote(note: string, p: Paint): string {
  if (note === 'slow' || note === 'N+1') return p.yellow(note);
  if (/^5\d\d$/.test(note)) return p.red(note);
  if (/^4\d\d$/.test(note)) return p.yellow(note);
  if (/^[23]\d\d$/.test(note)) return p.green(note);
  return p.dim(note);
}

function barWidthFor(width: number): number {
  const left = Math.min(width - NAMES_FIRST, MAX_BAR_WIDTH);
  return left < MIN_BAR_WIDTH ? 0 : left;
}

function bar({ node, endTime }: Row, { start, span, barWidth }: Scale): string {
  const cells = (milliseconds: number): number => (milliseconds / span) * barWidth;
  const offset = Math.min(Math.floor(cells(node.span.startTime - start)), barWidth - 1);
  const length = Math.min(cells(endTime - node.span.startTime), barWidth - offset);
  const full = Math.floor(length);
  const rest = EIGHTHS[Math.floor((length - full) * 8)] ?? '';
  const drawn = '█'.repeat(full) + rest;
  return (' '.repeat(offset) + (drawn === '' ? '▏' : drawn)).padEnd(barWidth);
}

function drawExceptions(row: Row, { paint: p }: Scale): readonly string[] {
  return exceptionsOf(row.node.span).map(
    (line) => `  ${p.dim(row.below)}${p.red(`✖ ${printable(line)}`)}`,
  );
}

/** Milliseconds to a short text of at most nine characters. */
function time(milliseconds: number): string {
  if (milliseconds >= 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (milliseconds >= 100) return `${milliseconds.toFixed(0)} ms`;
  return `${milliseconds.toFixed(milliseconds >= 1 ? 1 : 2)} ms`;
}

const SERVICE_COLOURS = ['cyan', 'magenta', 'blue', 'green', 'yellow'] as const;

function paintServices(spans: readonly SpanView[]): ReadonlyMap<string, string> {
  const ordered = spans.toSorted((a, b) => a.startTime - b.startTime);
  const names = [...new Set(ordered.map((span) => span.service))];
  return new Map(
    names.map((name, index) => [name, SERVICE_COLOURS[index % SERVICE_COLOURS.length] ?? 'cyan']),
  );
}

function brushOf(p: Paint, colour: string): (text: string) => string {
  return p[colour as keyof Paint];
}
