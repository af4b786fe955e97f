import { describe, expect, it } from 'vitest';
import { compileSettings } from '../../../../libs/nestrace/src/edges/logging/log-settings.js';
import { resolve } from '../../support/options.js';

const settings = (logs: object | boolean = {}, eventCount = 128) =>
  compileSettings(resolve({ logs }).logs, eventCount);

describe('compileSettings', () => {
  it('takes records from log on, and writes ids into all lines', () => {
    expect(settings()).toEqual({
      events: true,
      minRank: 2,
      room: 48,
      reserve: 12,
      idsInText: true,
      idsInJson: true,
    });
  });

  it('leaves text alone where ids are for JSON', () => {
    expect(settings({ ids: 'json' })).toMatchObject({ idsInText: false, idsInJson: true });
    expect(settings({ ids: false })).toMatchObject({ idsInText: false, idsInJson: false });
  });

  it.each([
    [10_000, 128],
    [48, 20],
    [48, 1],
    [0, 128],
    [3, 2],
  ])('never fills more than half of a span (%d of %d)', (maxPerSpan, eventCount) => {
    const { room, reserve } = settings({ maxPerSpan }, eventCount);
    expect(room).toBeGreaterThanOrEqual(0);
    expect(reserve).toBeGreaterThanOrEqual(0);
    expect(room + reserve).toBeLessThanOrEqual(eventCount / 2);
  });
});
