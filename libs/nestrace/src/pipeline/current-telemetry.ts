import type { Context, Span } from '@opentelemetry/api';
import { lifecycleOf } from './lifecycle-scope.js';
import { localTraceOf } from './local-trace.js';
import type { Telemetry } from './telemetry.js';

/**
 * Code that is not made by dependency injection (decorators, subscribers made by TypeORM, patched
 * modules) has to find the telemetry of the application it runs for. Inside a trace that is the one
 * that started the trace, so two applications in one process stay apart; so is what a hook has left
 * running. Outside of any of them it is the one that started last.
 */
const live: Telemetry[] = [];

let latest: Telemetry | undefined;

export function telemetryFor(parent: Span | undefined, active?: Context): Telemetry | undefined {
  const known = parent === undefined ? startOf(active) : localTraceOf(parent)?.telemetry;
  // A tracer that was kept from an application that has closed still makes spans.
  return known !== undefined && isLive(known) ? known : latest;
}

function startOf(active: Context | undefined): Telemetry | undefined {
  return active && lifecycleOf(active)?.telemetry;
}

/** Whether the application of a telemetry has started and not closed. */
export function isLive(telemetry: Telemetry): boolean {
  return live.includes(telemetry);
}

/** Makes a telemetry known; the returned function takes it back. */
export function announceTelemetry(telemetry: Telemetry): () => void {
  live.push(telemetry);
  latest = telemetry;
  return () => {
    const index = live.indexOf(telemetry);
    if (index !== -1) live.splice(index, 1);
    latest = live.at(-1);
  };
}
