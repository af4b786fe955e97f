import type { ExporterStatus } from '../../../../nestrace/src/sinks/panel/contract/index.js';

export interface FlowTotals {
  /** That have taken anything so far. */
  readonly exporters: number;
  readonly accepted: number;
  readonly queued: number;
  /** 0 where there is no queue. */
  readonly capacity: number;
  readonly exported: number;
  readonly failed: number;
  readonly queueFull: number;
  readonly shutdown: number;
}

/** Of all exporters together: a span that goes to two of them counts twice. */
export function flowTotals(exporters: readonly ExporterStatus[]): FlowTotals {
  const sum = (of: (exporter: ExporterStatus) => number) =>
    exporters.reduce((total, exporter) => total + of(exporter), 0);
  return {
    exporters: exporters.filter(({ accepted }) => accepted > 0).length,
    accepted: sum(({ accepted }) => accepted),
    queued: sum(({ queue }) => queue?.length ?? 0),
    capacity: sum(({ queue }) => queue?.capacity ?? 0),
    exported: sum(({ exported }) => exported),
    failed: sum(({ failed }) => failed),
    queueFull: sum(({ dropped }) => dropped.queueFull),
    shutdown: sum(({ dropped }) => dropped.shutdown),
  };
}
