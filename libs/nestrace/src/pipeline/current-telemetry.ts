import type { Span } from '@opentelemetry/api';
import { localTraceOf } from './local-trace.js';
import type { Telemetry } from './telemetry.js';

/**
 * Code that is not made by dependency injection (decorators, subscribers made by TypeORM, patched
 * modules) has to find the telemetry of the application it runs for. Inside a trace that is the one
 * that started the trace, so two applications in one process stay apart; outside of any trace it is
 * the one that started last.
 */
const live: Telemetry[] = [];

let latest: Telemetry | undefined;

export function telemetryFor(parent: Span | undefined): Telemetry | undefined {
  return (parent === undefined ? undefined : localTraceOf(parent)?.telemetry) ?? latest;
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
