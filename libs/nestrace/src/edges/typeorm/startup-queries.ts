import { context, ROOT_CONTEXT, SpanKind, trace, type HrTime } from '@opentelemetry/api';
import { ATTR_NEST_TYPE, NEST_TYPE_LIFECYCLE } from '../../pipeline/attributes.js';
import { telemetryFor } from '../../pipeline/current-telemetry.js';
import { lifecycleOf } from '../../pipeline/lifecycle-scope.js';
import { operationDuration } from '../../pipeline/metrics/durations.js';
import { isBefore } from '../../pipeline/span-clock.js';
import type { Telemetry } from '../../pipeline/telemetry.js';
import type { DatabaseSystem } from './database-system.js';
import { describeOutcome, queryAttributes, type QueryOutcome } from './query-attributes.js';
import { recordQuery } from './query-durations.js';
import type { QuerySettings } from './query-settings.js';
import type { Statement } from '../../core/sql/statement.js';
import type { BeforeQueryLike, DataSourceLike } from './typeorm-shapes.js';

/** A query that ran before anything could record it. */
export interface StartupQuery {
  readonly event: BeforeQueryLike;
  readonly statement: Statement;
  readonly system: DatabaseSystem;
  readonly start: HrTime;
  readonly end: HrTime;
  readonly outcome: QueryOutcome;
}

/** A schema of a hundred tables is synchronised with some thousand queries; this shows the shape. */
const MAX_QUERIES = 1000;

const NONE: readonly StartupQuery[] = [];

/**
 * Migrations and `synchronize` run while a DataSource is initialised, which may be before the
 * telemetry is. Their queries are kept until the application is up and then become one trace.
 */
class StartupQueries {
  private readonly kept = new WeakMap<DataSourceLike, StartupQuery[]>();
  private readonly settled = new WeakSet<DataSourceLike>();
  private readonly starting = new Set<object>();

  applicationStarts(application: object): void {
    this.starting.add(application);
  }

  applicationStarted(application: object): void {
    this.starting.delete(application);
  }

  /** Whether a query of this DataSource that belongs to no trace has to be kept. */
  collects(dataSource: DataSourceLike): boolean {
    if (this.settled.has(dataSource)) return false;
    return this.starting.size > 0 || telemetryFor(undefined) === undefined;
  }

  keep(dataSource: DataSourceLike, query: StartupQuery): void {
    let queries = this.kept.get(dataSource);
    if (queries === undefined) this.kept.set(dataSource, (queries = []));
    if (queries.length < MAX_QUERIES) queries.push(query);
  }

  /** From now on the queries of this DataSource are recorded as they come. */
  settle(dataSource: DataSourceLike): readonly StartupQuery[] {
    if (this.settled.has(dataSource)) return NONE;
    const queries = this.kept.get(dataSource) ?? NONE;
    this.kept.delete(dataSource);
    this.settled.add(dataSource);
    return queries;
  }
}

export const startupQueries = new StartupQueries();

/**
 * Records what was kept: one span, and the queries below it at the times they ran. It belongs to
 * the trace of the start, where there is one and it had begun; else it is a root.
 */
export function recordStartup(
  queries: readonly StartupQuery[],
  { tracer }: Telemetry,
  settings: QuerySettings,
): void {
  const [first] = queries;
  if (first === undefined) return;
  // They were kept in the order of their ends.
  const start = queries.map((query) => query.start).reduce(earlier);
  const end = queries.map((query) => query.end).reduce(later);
  const around = lifecycleOf(context.active())?.contextAt(start) ?? ROOT_CONTEXT;
  const top = tracer.startSpan(
    'DataSource.initialize',
    {
      kind: SpanKind.INTERNAL,
      attributes: {
        ...first.system.attributesFor(first.event.queryRunner, settings.legacyNames),
        [ATTR_NEST_TYPE]: NEST_TYPE_LIFECYCLE,
      },
      startTime: start,
    },
    around,
  );
  const below = trace.setSpan(around, top);
  const histogram = settings.measures ? operationDuration() : undefined;
  for (const { event, statement, system, outcome, ...times } of queries) {
    const span = tracer.startSpan(
      statement.summary || system.name,
      {
        kind: SpanKind.CLIENT,
        attributes: queryAttributes(event, statement, system, settings),
        startTime: times.start,
      },
      below,
    );
    describeOutcome(span, outcome, statement, system, settings);
    span.end(times.end);
    if (histogram === undefined) continue;
    const subject = { statement, system, queryRunner: event.queryRunner };
    recordQuery(histogram, outcome.durationMs, subject, outcome.error, trace.setSpan(below, span));
  }
  top.end(end);
}

function earlier(a: HrTime, b: HrTime): HrTime {
  return isBefore(b, a) ? b : a;
}

function later(a: HrTime, b: HrTime): HrTime {
  return isBefore(a, b) ? b : a;
}
