import { describe, expect, it } from 'vitest';
import { flowTotals } from '../../../../libs/panel-web/src/screens/export/flow-totals.js';
import { exporterOf } from './exporter-fixture.js';

describe('flowTotals', () => {
  it('adds up all exporters', () => {
    const totals = flowTotals([
      exporterOf({ accepted: 10, exported: 7, queue: { length: 3, capacity: 100 } }),
      exporterOf({ accepted: 10, failed: 8, dropped: { queueFull: 2, shutdown: 1 } }),
    ]);
    expect(totals).toEqual({
      exporters: 2,
      accepted: 20,
      queued: 3,
      capacity: 100,
      exported: 7,
      failed: 8,
      queueFull: 2,
      shutdown: 1,
    });
  });

  it('does not count an exporter that has taken nothing', () => {
    expect(flowTotals([exporterOf({ accepted: 1 }), exporterOf()]).exporters).toBe(1);
  });
});
