import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import {
  Delivery,
  type ExportOutcome,
} from '../../../../../libs/nestrace/src/pipeline/exporters/delivery.js';
import { ObservedExporter } from '../../../../../libs/nestrace/src/pipeline/exporters/observed.exporter.js';
import type {
  StoredSpan,
  StoredTrace,
} from '../../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';
import { traceExportState } from '../../../../../libs/nestrace/src/sinks/panel/status/trace-export-state.js';
import { ListLog } from '../../../support/list-log.js';

const silent: SpanExporter = { export: () => {}, shutdown: () => Promise.resolve() };

function exporter(outcomes: readonly ExportOutcome[], immediate = false): ObservedExporter {
  const delivery = new Delivery('otlp', new ListLog());
  delivery.recent.push(...outcomes);
  return new ObservedExporter(silent, delivery, 1000, immediate);
}

/** From 1000 to 1100. */
function trace(span: Partial<StoredSpan> = {}, openSpans = 0): StoredTrace {
  const source = { service: 's', resource: {}, scope: { name: 's' }, isReceived: false };
  const one = { startMs: 1000, durationMs: 100, isSampled: true, source, ...span } as StoredSpan;
  return {
    traceId: 't',
    seq: 1,
    spans: [one],
    openSpans,
    omittedSpans: 0,
    firstSeenMs: 1000,
  };
}

const at = (startedAt: number, isOk = true): ExportOutcome => ({ startedAt, durationMs: 5, isOk });
const stateOf = (one: StoredTrace, exporters: readonly ObservedExporter[]): string =>
  traceExportState(one, exporters).state;

describe('traceExportState', () => {
  it('knows why a trace goes nowhere', () => {
    const foreign = { service: 'o', resource: {}, scope: { name: 's' }, isReceived: true };
    expect(stateOf(trace({ source: foreign }), [exporter([])])).toBe('unknown');
    expect(stateOf(trace({ isSampled: false }), [exporter([])])).toBe('not-sampled');
    expect(stateOf(trace(), [])).toBe('no-exporter');
    expect(stateOf(trace(), [exporter([], true)])).toBe('no-exporter');
  });

  it('waits for the trace to end, and for an export that began after it', () => {
    expect(stateOf(trace({}, 1), [exporter([at(1200)])])).toBe('waiting');
    expect(stateOf(trace(), [exporter([])])).toBe('waiting');
    expect(stateOf(trace(), [exporter([at(900), at(1050)])])).toBe('waiting');
  });

  it('is exported with the first export after its end, unless one failed until then', () => {
    expect(stateOf(trace(), [exporter([at(900), at(1200)])])).toBe('exported');
    expect(stateOf(trace(), [exporter([at(1200)])])).toBe('exported');
    expect(stateOf(trace(), [exporter([at(900), at(1050, false), at(1200)])])).toBe('failed');
    expect(stateOf(trace(), [exporter([at(900), at(1200, false)])])).toBe('failed');
    expect(stateOf(trace(), [exporter([at(900, false), at(1200), at(1300, false)])])).toBe(
      'exported',
    );
  });

  it('waits while a batch that failed is kept for another export', () => {
    const kept = { ...at(1200, false), isKept: true };
    expect(stateOf(trace(), [exporter([at(900), kept])])).toBe('waiting');
    expect(stateOf(trace(), [exporter([at(900), kept, at(1400)])])).toBe('exported');
  });

  it('does not take for exported what may have been dropped', () => {
    const full = exporter([at(1200)]);
    Object.assign(full.delivery, { fullSince: 1050, fullUntil: 1300 });
    expect(stateOf(trace(), [full])).toBe('unknown');
    Object.assign(full.delivery, { fullSince: 500, fullUntil: 900 });
    expect(stateOf(trace(), [full])).toBe('exported');
  });

  it('knows of the whole time of a trace, also before it was looked at', () => {
    const late = { ...trace(), firstSeenMs: 1090 };
    expect(stateOf(late, [exporter([at(1050, false), at(1200)])])).toBe('failed');
    expect(stateOf(trace({ isOpen: true }), [exporter([at(1200)])])).toBe('waiting');
  });

  it('says what is worst of several exporters', () => {
    const good = exporter([at(1200)]);
    expect(stateOf(trace(), [good, exporter([at(1200, false)])])).toBe('failed');
    expect(stateOf(trace(), [good, exporter([])])).toBe('waiting');
  });
});
