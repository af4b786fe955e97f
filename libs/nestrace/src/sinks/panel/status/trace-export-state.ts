import type { ObservedExporter } from '../../../pipeline/exporters/observed.exporter.js';
import type { StoredTrace } from '../../../pipeline/span-store/stored-span.js';
import type { TraceExportState } from '../contract/index.js';

/**
 * What became of a trace at the exporters. They keep no list of ids; but queues are first in, first
 * out, so an export that began after a trace had ended had it in it, or one before did.
 */
export function traceExportState(
  trace: StoredTrace,
  exporters: readonly ObservedExporter[],
): TraceExportState {
  const own = trace.spans.filter(({ source }) => !source.isReceived);
  const backends = exporters.filter(({ immediate }) => !immediate);
  if (own.length === 0) {
    return { state: 'unknown', text: 'came in from other services, which export it themselves' };
  }
  if (!own.some(({ isSampled }) => isSampled)) {
    return { state: 'not-sampled', text: 'not exported: the sampler said no' };
  }
  if (backends.length === 0) return { state: 'no-exporter', text: 'no exporter is configured' };
  // One that was not waited for any longer is still open.
  if (trace.openSpans > 0 || own.some(({ isOpen }) => isOpen)) {
    return { state: 'waiting', text: 'still running' };
  }
  let startMs = Infinity;
  let endMs = 0;
  for (const span of own) {
    startMs = Math.min(startMs, span.startMs);
    endMs = Math.max(endMs, span.startMs + span.durationMs);
  }
  const states = backends.map((exporter) => stateAt(exporter, startMs, endMs));
  const worst = ORDER.find((state) => states.some((one) => one.state === state));
  return (
    states.find(({ state }) => state === worst) ?? { state: 'unknown', text: 'nothing is known' }
  );
}

/** A span comes to its exporter a moment after it has ended. */
const SLACK_MS = 50;

const ORDER: readonly TraceExportState['state'][] = ['failed', 'waiting', 'unknown', 'exported'];

function stateAt(
  { delivery: { recent, label, fullSince, fullUntil } }: ObservedExporter,
  startMs: number,
  endMs: number,
): TraceExportState {
  if (fullSince !== undefined && fullSince <= endMs + SLACK_MS && fullUntil >= startMs) {
    const text = `spans for ${label} were dropped about that time: its queue was full`;
    return { state: 'unknown', text };
  }
  // What came back to the queue is in a later export as well.
  const final = recent.filter(({ isKept }) => isKept !== true);
  const last = final.find(({ startedAt }) => startedAt >= endMs);
  if (last === undefined) return { state: 'waiting', text: `waits for its export to ${label}` };
  if (final[0] !== undefined && final[0].startedAt > endMs && final[0] !== last) {
    return { state: 'unknown', text: `exported to ${label} too long ago to tell` };
  }
  const during = final.filter((one) => one.startedAt >= startMs && one.startedAt <= last.startedAt);
  return during.some(({ isOk }) => !isOk)
    ? { state: 'failed', text: `an export to ${label} failed at that time` }
    : { state: 'exported', text: `exported to ${label}` };
}
