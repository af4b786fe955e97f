import type { StoredTrace } from '../../../pipeline/span-store/stored-span.js';
import type { TraceDetail, TraceExportState, TraceSummary } from '../contract/index.js';
import { errorItemsOf } from '../errors/error-items.js';
import { logCountOf } from '../errors/log-lines.js';
import { queriesOf } from '../sql/trace-queries.js';
import type { AnalysisSettings } from '../traces/analysis-settings.js';
import { omittedOf } from '../traces/summarize-trace.js';
import { columnsOf } from './columns.js';
import { nestPhases } from './nest-phases.js';
import { toMicros } from './span-times.js';
import { ticksOf } from './ticks.js';
import { treeOf } from './trace-tree.js';

/** What it takes besides the trace to show it. */
export interface TraceDetailContext {
  readonly bootId: string;
  readonly nowMs: number;
  readonly settings: AnalysisSettings;
  readonly links: TraceDetail['links'];
  readonly exported: TraceExportState;
}

type Drawn = Pick<
  TraceDetail,
  | 'startMs'
  | 'duration'
  | 'names'
  | 'services'
  | 'types'
  | 'notes'
  | 'foldedCounts'
  | 'spans'
  | 'ticks'
  | 'phases'
  | 'omitted'
  | 'sql'
  | 'errors'
  | 'logs'
>;

const drawn = new WeakMap<StoredTrace, { settings: AnalysisSettings; drawn: Drawn }>();

/** A trace as the waterfall shows it. */
export function traceDetail(
  trace: StoredTrace,
  summary: TraceSummary,
  context: TraceDetailContext,
): TraceDetail {
  const { settings, bootId, nowMs, links, exported } = context;
  let known = drawn.get(trace);
  if (known?.settings !== settings) {
    known = { settings, drawn: draw(trace, settings) };
    drawn.set(trace, known);
  }
  return { summary, bootId, nowMs, ...known.drawn, links, exported };
}

function draw(trace: StoredTrace, settings: AnalysisSettings): Drawn {
  const tree = treeOf(trace);
  return {
    startMs: tree.startMs,
    duration: toMicros(tree.endMs - tree.startMs),
    ...columnsOf(trace, settings),
    ticks: ticksOf(tree),
    phases: nestPhases(tree),
    omitted: omitted(trace),
    sql: queriesOf(trace).length,
    errors: errorItemsOf(trace).length,
    logs: logCountOf(trace),
  };
}

/** Names the option that decides, for those who want to see it all. */
function omitted(trace: StoredTrace): TraceDetail['omitted'] {
  const spans = omittedOf(trace);
  if (spans === 0) return { spans };
  const option =
    trace.omittedSpans > 0 ? 'panel.limits.maxSpansPerTrace' : 'autoTrace.maxSpansPerTrace';
  return { spans, option };
}
