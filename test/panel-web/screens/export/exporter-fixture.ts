import type { ExporterStatus } from '../../../../libs/nestrace/src/sinks/panel/contract/index.js';

export function exporterOf(change: Partial<ExporterStatus> = {}): ExporterStatus {
  return {
    index: 0,
    label: 'otlp http://localhost:4318',
    state: 'ok',
    accepted: 0,
    exported: 0,
    failed: 0,
    dropped: { queueFull: 0, shutdown: 0 },
    batches: { ok: 0, failed: 0 },
    recent: [],
    ...change,
  };
}
