import { SpanKind, SpanStatusCode, trace, type Context, type Span } from '@opentelemetry/api';
import {
  ATTR_NEST_DB_TRANSACTION_OUTCOME,
  ATTR_NEST_TYPE,
  NEST_TYPE_DB_TRANSACTION,
} from '../../pipeline/attributes.js';
import type { Telemetry } from '../../pipeline/telemetry.js';
import type { DatabaseSystem } from './database-system.js';
import type { QuerySettings } from './query-settings.js';
import type { QueryRunnerLike } from './typeorm-shapes.js';

interface OpenTransaction {
  readonly span: Span;
  /** The span that was active when the transaction began. */
  readonly around: Span | undefined;
}

/**
 * One span around everything between BEGIN and its end. Queries of the code that began the
 * transaction become its children; queries of a method called in between stay with that method,
 * which ran them.
 */
export class Transactions {
  private readonly open = new WeakMap<QueryRunnerLike, OpenTransaction>();

  isOpen(runner: QueryRunnerLike): boolean {
    return this.open.has(runner);
  }

  begin(
    runner: QueryRunnerLike,
    active: Context,
    telemetry: Telemetry,
    system: DatabaseSystem,
    { legacyNames }: QuerySettings,
  ): void {
    const around = trace.getSpan(active);
    const span = telemetry.tracer.startSpan(
      'transaction',
      {
        kind: SpanKind.INTERNAL,
        attributes: {
          ...system.attributesFor(runner, legacyNames),
          [ATTR_NEST_TYPE]: NEST_TYPE_DB_TRANSACTION,
        },
      },
      active,
    );
    this.open.set(runner, { span, around });
  }

  /** The context a query has to be started in. */
  contextFor(runner: QueryRunnerLike, active: Context): Context {
    const transaction = this.open.get(runner);
    const isDirect = transaction !== undefined && trace.getSpan(active) === transaction.around;
    return isDirect ? trace.setSpan(active, transaction.span) : active;
  }

  end(runner: QueryRunnerLike, control: 'commit' | 'rollback', failed: boolean): void {
    const transaction = this.open.get(runner);
    if (transaction === undefined) return;
    this.open.delete(runner);
    const { span } = transaction;
    if (!span.isRecording()) return;
    span.setAttribute(ATTR_NEST_DB_TRANSACTION_OUTCOME, control);
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR, message: `${control} failed` });
    span.end();
  }

  /** BEGIN itself has failed: there is no transaction. */
  abort(runner: QueryRunnerLike): void {
    const transaction = this.open.get(runner);
    if (transaction === undefined) return;
    this.open.delete(runner);
    transaction.span.setStatus({ code: SpanStatusCode.ERROR, message: 'begin failed' });
    transaction.span.end();
  }
}
