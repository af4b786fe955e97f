import { describe, expect, it } from 'vitest';
import {
  forgetSettings,
  TelemetrySettings,
} from '../../../libs/nestrace/src/pipeline/telemetry-settings.js';
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

  it('lets go of all settings of one application', () => {
    const [first, second] = [startTracing(), startTracing()];
    const all = [new TelemetrySettings<number>(), new TelemetrySettings<number>()];
    for (const settings of all) {
      settings.keep(first.telemetry, 1);
      settings.keep(second.telemetry, 2);
    }
    forgetSettings(first.telemetry);
    expect(all.map((settings) => settings.of(first.telemetry))).toEqual([undefined, undefined]);
    expect(all.map((settings) => settings.of(second.telemetry))).toEqual([2, 2]);
    second.stop();
    first.stop();
  });
});
