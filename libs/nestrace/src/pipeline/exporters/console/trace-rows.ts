import { printable } from './printable.js';
import type { TraceNode } from './trace-tree.js';

/** Similar siblings from this number on share one line. */
const FOLD_FROM = 5;
/** Columns of branches that are drawn; what lies deeper is not moved further to the right. */
const MAX_INDENT = 60;

/** One line of the picture: a span, or several similar ones. */
export interface Row {
  readonly prefix: string;
  /** What stands in front of lines that belong to this row. */
  readonly below: string;
  /** Which span this is, and in which service where that is not the one of its parent. */
  readonly label: string;
  /** How many spans share the row, where they are several. */
  readonly count: string;
  readonly node: TraceNode;
  readonly durationMs: number;
  readonly endTime: number;
}

/** What is still to be drawn: one span, or several that share a line. */
interface Branch {
  readonly nodes: readonly TraceNode[];
  readonly prefix: string;
  readonly childPrefix: string;
  readonly around: string | undefined;
}

/** Lays the trees out, line by line. `around` is the service that needs no mention. */
export function rowsOf(trees: readonly TraceNode[], around: string | undefined): readonly Row[] {
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
  return {
    prefix,
    below,
    label: printable(place + name),
    count: nodes.length === 1 ? '' : `  ×${nodes.length}`,
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

/** Not `Math.max(...)`: of a hundred thousand arguments the stack would not be enough. */
export function largest<T>(items: readonly T[], measure: (item: T) => number): number {
  return items.reduce((most, item) => Math.max(most, measure(item)), Number.NEGATIVE_INFINITY);
}
