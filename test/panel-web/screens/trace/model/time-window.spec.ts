import { describe, expect, it } from 'vitest';
import {
  axisTicks,
  clamped,
  dragged,
  niceStep,
  panned,
  whole,
  zoomedIn,
  zoomedOut,
} from '../../../../../libs/panel-web/src/screens/trace/model/time-window.js';

describe('time window', () => {
  it('zooms around a moment that stays where it is', () => {
    const near = zoomedIn(whole(1000), 250, 1000);
    expect(near).toEqual({ from: 125, to: 625 });
    expect(zoomedOut({ from: 125, to: 625 }, 250, 1000)).toBeUndefined();
    expect(zoomedOut({ from: 400, to: 500 }, 450, 1000)).toEqual({ from: 350, to: 550 });
  });

  it('never leaves the trace, and is never shorter than can be seen', () => {
    expect(clamped({ from: -50, to: 50 }, 1000)).toEqual({ from: 0, to: 100 });
    expect(clamped({ from: 980, to: 1080 }, 1000)).toEqual({ from: 900, to: 1000 });
    expect(clamped({ from: 5, to: 5 }, 1000)).toEqual({ from: 5, to: 15 });
    expect(clamped({ from: 0, to: 3 }, 4)).toBeUndefined();
  });

  it('moves sideways up to the ends', () => {
    expect(panned({ from: 400, to: 600 }, 0.5, 1000)).toEqual({ from: 500, to: 700 });
    expect(panned({ from: 100, to: 300 }, -1, 1000)).toEqual({ from: 0, to: 200 });
  });

  it('takes a drag in both directions', () => {
    expect(dragged(0.6, 0.2, 1000)).toEqual({ from: 200, to: 600 });
    expect(dragged(0, 1, 1000)).toBeUndefined();
  });

  it('marks round moments on the axis', () => {
    expect(axisTicks({ from: 0, to: 128_000 }, 8)).toEqual([
      0, 20_000, 40_000, 60_000, 80_000, 100_000, 120_000,
    ]);
    expect(axisTicks({ from: 33, to: 41 }, 4)).toEqual([34, 36, 38, 40]);
    expect(niceStep(0.2)).toBe(1);
    expect(niceStep(21)).toBe(50);
  });
});
