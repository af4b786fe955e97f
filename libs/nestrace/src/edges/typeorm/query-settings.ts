import type { ResolvedTypeOrmOptions } from '../../config/typeorm.options.js';
import { TelemetrySettings } from '../../pipeline/telemetry-settings.js';

/** What a subscriber needs to know. */
export interface QuerySettings extends ResolvedTypeOrmOptions {
  readonly legacyNames: boolean;
  /** Durations of queries are wanted, should somebody collect metrics. */
  readonly measures: boolean;
}

export const querySettings = new TelemetrySettings<QuerySettings>();
