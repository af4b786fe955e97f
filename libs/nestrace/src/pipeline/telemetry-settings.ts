import type { Telemetry } from './telemetry.js';

/**
 * Settings of an edge that nothing can be injected into: subscribers made by TypeORM, functions
 * patched into modules. They are looked up by the telemetry a call belongs to, so each application
 * of a process has its own.
 */
export class TelemetrySettings<T> {
  private readonly byTelemetry = new WeakMap<Telemetry, T>();

  keep(telemetry: Telemetry, settings: T): void {
    this.byTelemetry.set(telemetry, settings);
  }

  of(telemetry: Telemetry): T | undefined {
    return this.byTelemetry.get(telemetry);
  }
}
