import {
  trace,
  type Attributes,
  type Context,
  type Histogram,
  type Span,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { noteFailure } from '../../core/failures.js';
import type { Statement } from '../../core/sql/statement.js';
import { ATTR_DB_QUERY_SUMMARY } from '../../pipeline/attributes.js';
import { withSpan } from '../../pipeline/context-frame.js';
import { telemetryFor } from '../../pipeline/current-telemetry.js';
import { operationDuration } from '../../pipeline/metrics/durations.js';
import { RecordedSpan } from '../../pipeline/spans/recorded-span.js';
import { systemOf, type DatabaseSystem } from './database-system.js';
import { errorAttributes } from './query-attributes.js';
import { querySettings } from './query-settings.js';
import type { BeforeQueryLike, QueryRunnerLike } from './typeorm-shapes.js';

/** What was run, and where. */
export interface QuerySubject {
  readonly statement: Statement;
  readonly system: DatabaseSystem;
  readonly queryRunner: QueryRunnerLike;
}

/**
 * Puts a duration into the histogram. Operation and table are told by the summary alone: out of a
 * text with several of them the conventions want neither to be taken.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/database/database-metrics/#metric-dbclientoperationduration
 */
export function recordQuery(
  histogram: Histogram,
  durationMs: number,
  { statement, system, queryRunner }: QuerySubject,
  error: unknown,
  active: Context,
): void {
  const attributes: Attributes = system.measuresFor(queryRunner);
  if (statement.summary !== '') attributes[ATTR_DB_QUERY_SUMMARY] = statement.summary;
  if (error !== undefined) Object.assign(attributes, errorAttributes(error, system));
  histogram.record(durationMs / 1000, attributes, active);
}

/** A query that is under way while somebody collects durations. */
export class MeasuredQuery {
  private readonly startedAt = performance.now();

  constructor(
    private readonly histogram: Histogram,
    private readonly subject: QuerySubject,
    private readonly active: Context,
  ) {}

  /** Takes the time of the span, where there is one, so that both tell the same. */
  ended(error: unknown, span: Span | undefined): void {
    const isTimed = span instanceof RecordedSpan && span.ended;
    const ms = isTimed ? span.durationMs : performance.now() - this.startedAt;
    const active = span === undefined ? this.active : withSpan(this.active, span);
    recordQuery(this.histogram, ms, this.subject, error, active);
  }
}

/** Measures a query, sampled or not, unless nobody collects or wants that. */
export function measureQuery(event: BeforeQueryLike, active: Context): MeasuredQuery | undefined {
  try {
    const histogram = operationDuration();
    if (histogram === undefined || isTracingSuppressed(active)) return undefined;
    const telemetry = telemetryFor(trace.getSpan(active), active);
    if (telemetry === undefined || !querySettings.of(telemetry)?.measures) return undefined;
    const { queryRunner, query, dataSource = event.connection } = event;
    if (dataSource === undefined) return undefined;
    const system = systemOf(dataSource);
    const statement = system.statements.read(query);
    return new MeasuredQuery(histogram, { statement, system, queryRunner }, active);
  } catch (error) {
    noteFailure('metrics', error);
    return undefined;
  }
}
