import { paint, type Paint } from './paint.js';
import { printable } from './printable.js';
import { exceptionsOf, notesOf } from './span-notes.js';
import type { SpanView } from './span-view.js';
import { buildTrees, type TraceNode } from './trace-tree.js';

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

/** Similar siblings from this number on share one line. */
const FOLD_FROM = 5;
/** Columns beyond these go to the bars: on a narrow terminal names matter more. */
const NAMES_FIRST = 96;
const MAX_BAR_WIDTH = 24;
const MIN_BAR_WIDTH = 8;
const KIND_WIDTH = 8;
/** Indent, duration, gaps, and room for a short note. */
const OTHER_WIDTH = 32;
const MIN_NAME_WIDTH = 24;
/** Columns of branches that are drawn; what lies deeper is not moved further to the right. */
const MAX_INDENT = 60;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** One line of the picture: a span, or several similar ones. */
interface Row {
  readonly prefix: string;
  /** What stands in front of lines that belong to this row. */
  readonly below: string;
  /** Which span this is, and in which service where that is not the one of its parent. */
  readonly label: string;
  readonly node: TraceNode;
  readonly durationMs: number;
  readonly endTime: number;
}

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
  const longest = largest(rows, (row) => row.prefix.length + row.label.length);
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

/** What is still to be drawn: one span, or several that share a line. */
interface Branch {
  readonly nodes: readonly TraceNode[];
  readonly prefix: string;
  readonly childPrefix: string;
  readonly around: string | undefined;
}

function rowsOf(trees: readonly TraceNode[], around: string | undefined): readonly Row[] {
  const rows: Row[] = [];
  // The next one is at the end. A list instead of calls: a trace may be deeper than the stack.
  const open: Branch[] = trees
    .map((tree) => ({ nodes: [tree], prefix: '', childPrefix: '', around }))
    .toReversed();
  for (let branch = open.pop(); branch !== undefined; branch = open.pop()) {
    const { nodes, childPrefix } = branch;
    const [{ children, span }] = nodes as [TraceNode];
    rows.push(rowFor(branch, clip(childPrefix + (children.length > 0 ? '│  ' : '   '))));
    for (const [index, group] of foldSiblings(children).toReversed().entries()) {
      open.push({
        nodes: group,
        prefix: clip(childPrefix + (index === 0 ? '└─ ' : '├─ ')),
        childPrefix: clip(childPrefix + (index === 0 ? '   ' : '│  ')),
        around: span.service,
      });
    }
  }
  return rows;
}

function clip(prefix: string): string {
  return prefix.length <= MAX_INDENT ? prefix : `…${prefix.slice(1 - MAX_INDENT)}`;
}

function rowFor({ nodes, prefix, around }: Branch, below: string): Row {
  const [node] = nodes as [TraceNode];
  const { name, service } = node.span;
  const place = service === around || service === '' ? '' : `[${service}] `;
  const count = nodes.length === 1 ? '' : `  ×${nodes.length}`;
  return {
    prefix,
    below,
    label: printable(place + name) + count,
    node,
    durationMs: nodes.reduce((sum, { span }) => sum + span.durationMs, 0),
    endTime: largest(nodes, ({ span }) => span.startTime + span.durationMs),
  };
}

/** Runs of leaves with the same name and kind become one group; failed ones stay on their own. */
function foldSiblings(children: readonly TraceNode[]): readonly (readonly TraceNode[])[] {
  const groups: TraceNode[][] = [];
  for (const child of children) {
    const previous = groups.at(-1);
    if (previous?.[0] !== undefined && alike(previous[0], child)) previous.push(child);
    else groups.push([child]);
  }
  return groups.flatMap((group) =>
    group.length >= FOLD_FROM ? [group] : group.map((child) => [child]),
  );
}

function alike(a: TraceNode, b: TraceNode): boolean {
  return mayFold(a) && mayFold(b) && a.span.name === b.span.name && a.span.kind === b.span.kind;
}

function mayFold({ children, span }: TraceNode): boolean {
  return children.length === 0 && span.status.code !== 'ERROR';
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
  const text = row.label;
  const room = Math.max(4, scale.nameWidth - row.prefix.length);
  const name = text.length > room ? `${text.slice(0, room - 1)}…` : text.padEnd(room);
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

/** Not `Math.max(...)`: of a hundred thousand arguments the stack would not be enough. */
function largest<T>(items: readonly T[], measure: (item: T) => number): number {
  return items.reduce((most, item) => Math.max(most, measure(item)), Number.NEGATIVE_INFINITY);
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
