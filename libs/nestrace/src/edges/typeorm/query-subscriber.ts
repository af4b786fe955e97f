import { context, SpanKind, trace, type Context, type HrTime, type Span } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { noteFailure } from '../../core/failures.js';
import { telemetryFor } from '../../pipeline/current-telemetry.js';
import { isLeftOut } from '../../pipeline/left-out.js';
import { livingContext } from '../../pipeline/lifecycle-scope.js';
import { localTraceOf } from '../../pipeline/local-trace.js';
import { clockOffset, timeAt } from '../../pipeline/span-clock.js';
import type { Telemetry } from '../../pipeline/telemetry.js';
import { systemOf, type DatabaseSystem } from './database-system.js';
import { PendingQueries } from './pending-queries.js';
import { describeOutcome, queryAttributes, type QueryOutcome } from './query-attributes.js';
import { measureQuery, type MeasuredQuery } from './query-durations.js';
import { querySettings, type QuerySettings } from './query-settings.js';
import { rowCountOf } from './row-count.js';
import type { Statement } from '../../core/sql/statement.js';
import { recordStartup, startupQueries } from './startup-queries.js';
import { QUERY_SUBSCRIBER } from './subscriber-mark.js';
import { Transactions } from './transactions.js';
import type { AfterQueryLike, BeforeQueryLike, DataSourceLike } from './typeorm-shapes.js';
import { callOf, watchQueryRunners } from './watch-query-runners.js';

/** A query that has begun. One that is not recorded waits too, or its end would be another's. */
interface Entry {
  readonly query: string;
  readonly parameters?: unknown;
  readonly control?: Statement['control'];
  readonly recorded?: RecordedQuery;
  readonly kept?: KeptQuery;
  measured?: MeasuredQuery | undefined;
}

interface RecordedQuery {
  readonly span: Span;
  readonly statement: Statement;
  readonly system: DatabaseSystem;
  readonly settings: QuerySettings;
  readonly startedAt: number;
  /** This query is the BEGIN of the transaction its runner is in. */
  readonly opened: boolean;
}

/** A query of the start-up, which is recorded later. */
interface KeptQuery {
  readonly event: BeforeQueryLike;
  readonly dataSource: DataSourceLike;
  readonly start: HrTime;
  readonly startedAt: number;
}

/**
 * Makes a CLIENT span of every query, as a child of whatever ran it. TypeORM waits for subscribers
 * and fails the query when one throws, so nothing leaves these methods: no error, no promise.
 */
export class QuerySubscriber {
  readonly [QUERY_SUBSCRIBER] = true;
  private readonly pending = new PendingQueries<Entry>();
  private readonly transactions = new Transactions();

  beforeQuery(event: BeforeQueryLike): void {
    try {
      this.track(event, livingContext(context.active()));
    } catch (error) {
      noteFailure('typeorm.before', error);
    }
  }

  afterQuery(event: AfterQueryLike): void {
    try {
      const entry = this.pending.take(event);
      if (entry !== undefined) this.finish(entry, event);
    } catch (error) {
      noteFailure('typeorm.after', error);
    }
  }

  private track(event: BeforeQueryLike, active: Context): void {
    const entry = this.beginSafely(event, active);
    if (entry === undefined) return;
    // Those of the start-up are measured when they are recorded.
    if (entry.kept === undefined) entry.measured = measureQuery(event, active);
    this.pending.add(event.queryRunner, entry)?.recorded?.span.end();
    const call = callOf(event.queryRunner, active);
    if (call === undefined) return;
    call.onFailure = (error) => {
      this.failed(event, entry, error);
    };
  }

  /** The query has failed, maybe without a word to subscribers. */
  private failed(event: BeforeQueryLike, entry: Entry, error: unknown): void {
    try {
      if (!this.pending.remove(event.queryRunner, entry)) return;
      const { driverError } = (error ?? {}) as { driverError?: unknown };
      this.finish(entry, { ...event, success: false, error: driverError ?? error });
    } catch (inner) {
      noteFailure('typeorm.after', inner);
    }
  }

  /** A query this fails at has to wait for its end like all others. */
  private beginSafely(event: BeforeQueryLike, active: Context): Entry | undefined {
    try {
      return this.begin(event, active);
    } catch (error) {
      noteFailure('typeorm.before', error);
      return this.unrecorded(event, event.dataSource ?? event.connection);
    }
  }

  private begin(event: BeforeQueryLike, active: Context): Entry | undefined {
    const { query, parameters, queryRunner } = event;
    const dataSource = event.dataSource ?? event.connection;
    if (dataSource === undefined) return undefined;
    const parent = trace.getSpan(active);
    const isSkipped = parent === undefined ? isTracingSuppressed(active) : isKeptOut(parent);
    const isStarting = startupQueries.collects(dataSource);
    if (!isSkipped && parent === undefined && isStarting) {
      const kept = {
        event,
        dataSource,
        start: timeAt(clockOffset()),
        startedAt: performance.now(),
      };
      return { query, parameters, kept };
    }
    const telemetry = isSkipped ? undefined : telemetryFor(parent, active);
    const settings = telemetry && querySettings.of(telemetry);
    if (telemetry !== undefined && settings !== undefined) {
      if (!isStarting) recordStartup(startupQueries.settle(dataSource), telemetry, settings);
      return this.start(event, dataSource, active, telemetry, settings);
    }
    const isOff = !isSkipped && telemetry === undefined;
    return isOff && !this.transactions.isOpen(queryRunner)
      ? undefined
      : this.unrecorded(event, dataSource);
  }

  /** The end of a transaction counts even where nothing else is recorded. */
  private unrecorded(event: BeforeQueryLike, dataSource: DataSourceLike | undefined): Entry {
    const { query, parameters, queryRunner } = event;
    if (dataSource === undefined || !this.transactions.isOpen(queryRunner)) {
      return { query, parameters };
    }
    return { query, parameters, control: systemOf(dataSource).statements.read(query).control };
  }

  private start(
    event: BeforeQueryLike,
    dataSource: DataSourceLike,
    active: Context,
    telemetry: Telemetry,
    settings: QuerySettings,
  ): Entry {
    const { query, parameters, queryRunner } = event;
    watchQueryRunners(dataSource);
    const system = systemOf(dataSource);
    const statement = system.statements.read(query);
    // Databases know one transaction at a time: a BEGIN inside of one does not begin another.
    const opened = statement.control === 'begin' && !this.transactions.isOpen(queryRunner);
    if (opened) this.transactions.begin(queryRunner, active, telemetry, system, settings);
    const parentContext = this.transactions.contextFor(queryRunner, active);
    const span = telemetry.tracer.startSpan(
      statement.summary || system.name,
      {
        kind: SpanKind.CLIENT,
        attributes: queryAttributes(event, statement, system, settings),
      },
      parentContext,
    );
    const recorded = { span, statement, system, settings, startedAt: performance.now(), opened };
    return { query, parameters, control: statement.control, recorded };
  }

  private finish(entry: Entry, event: AfterQueryLike): void {
    try {
      this.describe(entry, event);
    } finally {
      entry.recorded?.span.end();
      this.finishTransaction(entry, event);
      entry.measured?.ended(errorOf(event), entry.recorded?.span);
    }
  }

  private describe({ recorded, kept }: Entry, event: AfterQueryLike): void {
    if (kept !== undefined) keep(kept, event);
    if (recorded?.span.isRecording() !== true) return;
    const { span, statement, system, settings, startedAt } = recorded;
    describeOutcome(span, outcomeOf(event, startedAt), statement, system, settings);
  }

  private finishTransaction(
    { control, recorded }: Entry,
    { queryRunner, success }: AfterQueryLike,
  ): void {
    if (control === 'commit' || control === 'rollback') {
      this.transactions.end(queryRunner, control, !success);
    } else if (recorded?.opened === true && !success) {
      this.transactions.abort(queryRunner);
    }
  }
}

function keep({ event, dataSource, start, startedAt }: KeptQuery, after: AfterQueryLike): void {
  const system = systemOf(dataSource);
  startupQueries.keep(dataSource, {
    event,
    statement: system.statements.read(event.query),
    system,
    start,
    end: timeAt(clockOffset()),
    outcome: outcomeOf(after, startedAt),
  });
}

function outcomeOf(event: AfterQueryLike, startedAt: number): QueryOutcome {
  return {
    durationMs: performance.now() - startedAt,
    parameters: event.parameters,
    ...(event.success ? { rows: rowCountOf(event.rawResults) } : { error: errorOf(event) }),
  };
}

function errorOf({ success, error }: AfterQueryLike): unknown {
  return success ? undefined : (error ?? new Error('the driver gave no reason'));
}

/** Nothing of the trace is recorded, or there is no room for more of it. */
function isKeptOut(parent: Span): boolean {
  return isLeftOut(parent) || localTraceOf(parent)?.admits() === false;
}
