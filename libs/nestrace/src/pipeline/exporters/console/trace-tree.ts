import type { SpanView } from './span-view.js';

/** A span with the spans below it, in the order they started. */
export interface TraceNode {
  readonly span: SpanView;
  readonly children: readonly TraceNode[];
}

interface GrowingNode extends TraceNode {
  readonly children: GrowingNode[];
}

/**
 * Builds the trees of any set of spans. A span whose parent is not in the set is a root, and so is
 * the earliest span of a cycle: nothing that was recorded may vanish from the picture.
 */
export function buildTrees(spans: readonly SpanView[]): readonly TraceNode[] {
  const ordered = spans.toSorted((a, b) => a.startTime - b.startTime || endOf(a) - endOf(b));
  const known = new Set(ordered.map((span) => span.spanId));
  const childrenOf = new Map<string, SpanView[]>();
  const roots: SpanView[] = [];
  for (const span of ordered) {
    const parent = span.parentSpanId;
    if (parent === undefined || !known.has(parent) || parent === span.spanId) roots.push(span);
    else siblings(childrenOf, parent).push(span);
  }
  const placed = new Set<SpanView>();
  const plant = (span: SpanView): GrowingNode => {
    placed.add(span);
    return { span, children: [] };
  };
  const grow = (root: SpanView): TraceNode => {
    const tree = plant(root);
    // A list instead of calls: spans may lie deeper in each other than the stack allows.
    const nodes = [tree];
    for (const { span, children } of nodes) {
      for (const child of childrenOf.get(span.spanId) ?? []) {
        if (placed.has(child)) continue;
        const node = plant(child);
        children.push(node);
        nodes.push(node);
      }
    }
    return tree;
  };
  const trees = roots.map(grow);
  for (const span of ordered) if (!placed.has(span)) trees.push(grow(span));
  return trees;
}

function endOf(span: SpanView): number {
  return span.startTime + span.durationMs;
}

function siblings(childrenOf: Map<string, SpanView[]>, parent: string): SpanView[] {
  let list = childrenOf.get(parent);
  if (list === undefined) childrenOf.set(parent, (list = []));
  return list;
}
