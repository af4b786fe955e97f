import {
  ATTR_NEST_INTERCEPTOR_PHASE,
  NEST_TYPE_FILTER,
  NEST_TYPE_GUARD,
  NEST_TYPE_HANDLER,
  NEST_TYPE_INTERCEPTOR,
  NEST_TYPE_MIDDLEWARE,
  NEST_TYPE_PIPE,
  NEST_TYPE_REQUEST,
} from '../../../pipeline/attributes.js';
import type { StoredSpan } from '../../../pipeline/span-store/stored-span.js';
import type { NestPhase } from '../contract/index.js';
import { textOf } from '../spans/read-attributes.js';
import { nestTypeOf } from '../spans/span-kinds.js';
import { toMicros } from './span-times.js';
import { childRows, type TraceTree } from './trace-tree.js';

interface Stretch {
  readonly phase: NestPhase['phase'];
  readonly startMs: number;
  endMs: number;
  spans: number;
}

/** A gap shorter than this part of the request is none to be drawn. */
const MIN_GAP = 0.01;

/** How the time of a request went by in the parts of Nest, read off the spans directly below it. */
export function nestPhases(tree: TraceTree): readonly NestPhase[] {
  for (let row = 0; row < tree.rows.length; row++) {
    const { span } = tree.rows[row] ?? {};
    if (span === undefined || nestTypeOf(span) !== NEST_TYPE_REQUEST) continue;
    const stretches = stretchesOf(tree, row);
    if (stretches.length > 0) return withGaps(tree, row, stretches);
  }
  return [];
}

/** Neighbours of one phase are one stretch. */
function stretchesOf(tree: TraceTree, request: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const row of childRows(tree, request)) {
    const { span, startMs = 0, endMs = 0 } = tree.rows[row] ?? {};
    const phase = span && phaseOf(span);
    if (phase === undefined) continue;
    const last = stretches.at(-1);
    if (last?.phase === phase) {
      last.endMs = Math.max(last.endMs, endMs);
      last.spans++;
    } else {
      stretches.push({ phase, startMs, endMs, spans: 1 });
    }
  }
  return stretches;
}

function phaseOf(span: StoredSpan): NestPhase['phase'] | undefined {
  switch (nestTypeOf(span) ?? '') {
    case NEST_TYPE_MIDDLEWARE:
      return 'middleware';
    case NEST_TYPE_GUARD:
      return 'guards';
    case NEST_TYPE_PIPE:
      return 'pipes';
    case NEST_TYPE_HANDLER:
      return 'handler';
    case NEST_TYPE_FILTER:
      return 'filters';
    case NEST_TYPE_INTERCEPTOR: {
      const side = textOf(span.attributes, ATTR_NEST_INTERCEPTOR_PHASE);
      return side === 'after' ? 'interceptors after' : 'interceptors';
    }
    default:
      return undefined;
  }
}

/** One phase after the other: what a phase is said to take, no other is. */
function withGaps(
  tree: TraceTree,
  request: number,
  stretches: readonly Stretch[],
): readonly NestPhase[] {
  const { span, startMs = 0, endMs = 0 } = tree.rows[request] ?? {};
  const phases: NestPhase[] = [];
  const add = (phase: NestPhase['phase'], from: number, to: number, spans: number): void => {
    const start = toMicros(from - tree.startMs);
    phases.push({ phase, start, duration: toMicros(to - tree.startMs) - start, spans });
  };
  const minGap = (endMs - startMs) * MIN_GAP;
  let until = startMs;
  for (const { phase, startMs: from, endMs: to, spans } of stretches) {
    const begin = Math.max(from, until);
    if (begin - until > minGap) add('between', until, begin, 0);
    const end = Math.max(begin, Math.min(to, endMs));
    add(phase, begin, end, spans);
    until = end;
  }
  if (span?.isOpen === false && endMs > until) add('response', until, endMs, 0);
  return phases;
}
