import { describe, expect, it } from 'vitest';
import { TelemetrySettings } from '../../../libs/nestrace/src/pipeline/telemetry-settings.js';
import { startTracing } from '../support/tracing.js';

describe('TelemetrySettings', () => {
  it('keeps the settings of each application apart', () => {
    const [first, second] = [startTracing(), startTracing()];
    const settings = new TelemetrySettings<number>();
    settings.keep(first.telemetry, 1);
    expect(settings.of(first.telemetry)).toBe(1);
    expect(settings.of(second.telemetry)).toBeUndefined();
    settings.keep(second.telemetry, 2);
    settings.keep(first.telemetry, 3);
    expect([settings.of(first.telemetry), settings.of(second.telemetry)]).toEqual([3, 2]);
    expect(new TelemetrySettings<number>().of(first.telemetry)).toBeUndefined();
    second.stop();
    first.stop();
  });
});
