import type { Telemetry } from './telemetry.js';

/**
 * Settings of an edge that nothing can be injected into: subscribers made by TypeORM, functions
 * patched into modules. They are looked up by the telemetry a call belongs to, so each application
 * of a process has its own.
 */
export class TelemetrySettings<T> {
  private readonly byTelemetry = new WeakMap<Telemetry, T>();

  constructor() {
    all.push(this);
  }

  keep(telemetry: Telemetry, settings: T): void {
    this.byTelemetry.set(telemetry, settings);
  }

  of(telemetry: Telemetry): T | undefined {
    return this.byTelemetry.get(telemetry);
  }

  forget(telemetry: Telemetry): void {
    this.byTelemetry.delete(telemetry);
  }
}

/** One for each edge that has any; they live as long as the process. */
const all: { forget(telemetry: Telemetry): void }[] = [];

/**
 * Lets go of all settings of an application that has closed. What it has opened may live longer and
 * keep the context it was opened in, a connection of `fetch` for example: then that must not keep
 * the whole application.
 */
export function forgetSettings(telemetry: Telemetry): void {
  for (const settings of all) settings.forget(telemetry);
}
