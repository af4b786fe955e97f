import { describe, expect, it } from 'vitest';
import { barPlace } from '../../../../libs/panel-web/src/screens/trace-tabs/query-row.js';

describe('barPlace', () => {
  it('is on the axis of the whole trace', () => {
    expect(barPlace({ start: 25, duration: 50 }, 100)).toEqual({ left: '25.00%', width: '50.00%' });
  });

  it('never leaves the axis, whatever the clocks say', () => {
    expect(barPlace({ start: -10, duration: 500 }, 100)).toEqual({
      left: '0.00%',
      width: '100.00%',
    });
    expect(barPlace({ start: 90, duration: 50 }, 100)).toEqual({ left: '90.00%', width: '10.00%' });
    expect(barPlace({ start: 0, duration: 0 }, 0)).toEqual({ left: '0.00%', width: '0.00%' });
  });
});
