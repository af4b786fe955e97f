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
  if (trace.openSpans > 0) return { state: 'waiting', text: 'still running' };
  let endMs = 0;
  for (const { startMs, durationMs } of own) endMs = Math.max(endMs, startMs + durationMs);
  const states = backends.map((exporter) => stateAt(exporter, trace.firstSeenMs, endMs));
  const worst = ORDER.find((state) => states.some((one) => one.state === state));
  return (
    states.find(({ state }) => state === worst) ?? { state: 'unknown', text: 'nothing is known' }
  );
}

const ORDER: readonly TraceExportState['state'][] = ['failed', 'waiting', 'unknown', 'exported'];

function stateAt(
  { delivery: { recent, label } }: ObservedExporter,
  startMs: number,
  endMs: number,
): TraceExportState {
  const last = recent.find(({ startedAt }) => startedAt >= endMs);
  if (last === undefined) return { state: 'waiting', text: `waits for its export to ${label}` };
  if (recent[0] !== undefined && recent[0].startedAt > endMs && recent[0] !== last) {
    return { state: 'unknown', text: `exported to ${label} too long ago to tell` };
  }
  const during = recent.filter(
    (one) => one.startedAt >= startMs && one.startedAt <= last.startedAt,
  );
  return during.some(({ isOk }) => !isOk)
    ? { state: 'failed', text: `an export to ${label} failed at that time` }
    : { state: 'exported', text: `exported to ${label}` };
}
