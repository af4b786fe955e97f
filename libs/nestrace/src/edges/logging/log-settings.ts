import type { Span } from '@opentelemetry/api';
import type { ResolvedLogsOptions } from '../../config/logs.options.js';
import { telemetryFor } from '../../pipeline/current-telemetry.js';
import { TelemetrySettings } from '../../pipeline/telemetry-settings.js';
import { rankOf } from './log-levels.js';

export interface LogSettings {
  readonly events: boolean;
  /** Records below this rank are no events. */
  readonly minRank: number;
  /** Events on one span. */
  readonly room: number;
  /** What errors may have beyond that. */
  readonly reserve: number;
  readonly idsInText: boolean;
  readonly idsInJson: boolean;
}

export const logSettings = new TelemetrySettings<LogSettings>();

/** A span keeps its last events: one that is full of log lines would push out its exception. */
export function compileSettings(
  { events, level, maxPerSpan, ids }: ResolvedLogsOptions,
  eventCount: number,
): LogSettings {
  const half = Math.floor(eventCount / 2);
  const room = Math.min(maxPerSpan, Math.ceil(half * 0.8));
  return {
    events,
    minRank: rankOf(level),
    room,
    reserve: Math.min(Math.ceil(room / 4), half - room),
    idsInText: ids === true,
    idsInJson: ids !== false,
  };
}

/** The settings of the application a span belongs to, while that runs. */
export function settingsFor(span: Span): LogSettings | undefined {
  const telemetry = telemetryFor(span);
  return telemetry && logSettings.of(telemetry);
}
