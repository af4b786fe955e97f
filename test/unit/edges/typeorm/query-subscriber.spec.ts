import { context, diag, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureCounts, type FailureSite } from '../../../../libs/nestrace/src/core/failures.js';
import { querySettings } from '../../../../libs/nestrace/src/edges/typeorm/query-settings.js';
import { QuerySubscriber } from '../../../../libs/nestrace/src/edges/typeorm/query-subscriber.js';
import type {
  AfterQueryLike,
  DataSourceLike,
  QueryRunnerLike,
} from '../../../../libs/nestrace/src/edges/typeorm/typeorm-shapes.js';
import { startupQueries } from '../../../../libs/nestrace/src/edges/typeorm/startup-queries.js';
import { expectTrace } from '../../../../libs/nestrace/src/testing/expect-trace.js';
import { resolve } from '../../support/options.js';
import { NOTHING, startTracing, type Tracing } from '../../support/tracing.js';
import { dataSource, runner } from '../../support/typeorm-doubles.js';

const settings = { ...resolve().typeorm, legacyNames: false, measures: false };

function failuresAt(site: FailureSite): number {
  return failureCounts().get(site) ?? 0;
}

describe('QuerySubscriber', () => {
  let tracing: Tracing;
  let subscriber: QuerySubscriber;
  let source: DataSourceLike;
  let queryRunner: QueryRunnerLike;

  beforeEach(() => {
    trace.disable();
    begin();
  });
  afterEach(() => {
    tracing.stop();
    vi.restoreAllMocks();
  });

  function begin(sampler?: typeof NOTHING): void {
    tracing = startTracing(sampler === undefined ? {} : { sampler });
    querySettings.keep(tracing.telemetry, settings);
    subscriber = new QuerySubscriber();
    source = dataSource();
    queryRunner = runner();
  }

  function before(query: string, parameters?: unknown): void {
    subscriber.beforeQuery({ dataSource: source, queryRunner, query, parameters });
  }

  function after(query: string, parameters?: unknown, end: Partial<AfterQueryLike> = {}): void {
    const success = end.error === undefined;
    subscriber.afterQuery({ dataSource: source, queryRunner, query, parameters, success, ...end });
  }

  function run(query: string, end: Partial<AfterQueryLike> = {}): void {
    before(query);
    after(query, undefined, end);
  }

  function inside(name: string, act: () => void): void {
    const span = tracing.tracer.startSpan(name);
    context.with(trace.setSpan(context.active(), span), act);
    span.end();
  }

  it('makes a CLIENT span of a query below whatever runs it', () => {
    inside('method', () => {
      run('SELECT * FROM t', { rawResults: { command: 'SELECT', rows: [{}, {}] } });
    });
    expectTrace(tracing.spans.spans(), {
      name: 'method',
      children: [
        {
          name: 'SELECT t',
          kind: 'CLIENT',
          status: 'UNSET',
          attributes: { 'db.response.returned_rows': 2 },
        },
      ],
    });
  });

  it('is named by the database where the text says nothing', () => {
    run(';');
    expectTrace(tracing.spans.spans(), { name: 'postgresql' });
  });

  it('takes the DataSource from where TypeORM 0.3 has it', () => {
    subscriber.beforeQuery({ connection: source, queryRunner, query: 'SELECT 1' });
    after('SELECT 1');
    expectTrace(tracing.spans.spans(), { name: 'SELECT' });
  });

  it('does nothing without a DataSource', () => {
    subscriber.beforeQuery({ queryRunner, query: 'SELECT 1' });
    after('SELECT 1');
    expect(tracing.spans.spans()).toEqual([]);
  });

  it('ends a query once, however often its end is reported', () => {
    before('SELECT 1');
    after('SELECT 1');
    after('SELECT 1', undefined, { error: new Error('reported again') });
    expect(tracing.spans.spans()).toMatchObject([{ status: { code: 'UNSET' } }]);
    expect(tracing.spans.openSpans()).toEqual([]);
  });

  it('ignores an end without beginning', () => {
    after('SELECT 1');
    expect(tracing.spans.spans()).toEqual([]);
  });

  it('survives ends that never come, and lets the oldest go', () => {
    for (let index = 0; index <= 1000; index++) before(`SELECT ${index}`);
    expect(tracing.spans.spans()).toHaveLength(1);
    expect(tracing.spans.openSpans()).toHaveLength(1000);
  });

  it('calls a failure without a reason a failure', () => {
    run('SELECT 1', { success: false });
    expect(tracing.spans.spans()).toMatchObject([
      { status: { code: 'ERROR', message: 'the driver gave no reason' } },
    ]);
  });

  it('records nothing in a suppressed context', () => {
    context.with(suppressTracing(context.active()), () => {
      run('SELECT 1');
    });
    expect(tracing.spans.spans()).toEqual([]);
  });

  it('records nothing below a span that is not sampled, and keeps nothing of it', () => {
    tracing.stop();
    begin(NOTHING);
    inside('method', () => {
      run('SELECT 1');
      run('START TRANSACTION');
      run('COMMIT');
    });
    expect(tracing.spans.spans()).toEqual([]);
    const pending = Reflect.get(subscriber, 'pending') as { countOf(of: object): number };
    expect(pending.countOf(queryRunner)).toBe(0);
  });

  it('does not take the end of an unrecorded query for that of a recorded one', () => {
    context.with(suppressTracing(context.active()), () => {
      before('SELECT 1');
    });
    before('SELECT 1');
    after('SELECT 1', undefined, { error: new Error('of the unrecorded one') });
    expect(tracing.spans.spans()).toEqual([]);
    after('SELECT 1');
    expect(tracing.spans.spans()).toMatchObject([{ status: { code: 'UNSET' } }]);
  });

  it('waits for no end while there is no telemetry at all', () => {
    tracing.stop();
    startupQueries.settle(source);
    before('SELECT 1');
    const pending = Reflect.get(subscriber, 'pending') as { countOf(of: object): number };
    expect(pending.countOf(queryRunner)).toBe(0);
  });

  it('records nothing where the edge is off', () => {
    tracing.stop();
    tracing = startTracing();
    run('SELECT 1');
    expect(tracing.spans.spans()).toEqual([]);
  });

  describe('in a transaction', () => {
    it('puts the queries between its ends below it', () => {
      inside('method', () => {
        run('START TRANSACTION');
        run('SELECT 1');
        run('COMMIT');
        run('SELECT 2');
      });
      expectTrace(tracing.spans.spans(), {
        name: 'method',
        children: [
          {
            name: 'transaction',
            children: [{ name: 'START TRANSACTION' }, { name: 'SELECT' }, { name: 'COMMIT' }],
          },
          { name: 'SELECT' },
        ],
      });
      expect(tracing.spans.openSpans()).toEqual([]);
    });

    it('does not begin another one for a BEGIN inside of it', () => {
      inside('method', () => {
        run('BEGIN');
        run('BEGIN');
        run('COMMIT');
      });
      expectTrace(tracing.spans.spans(), {
        name: 'method',
        children: [
          {
            name: 'transaction',
            children: [{ name: 'BEGIN' }, { name: 'BEGIN' }, { name: 'COMMIT' }],
          },
        ],
      });
      expect(tracing.spans.openSpans()).toEqual([]);
    });

    it('goes on when a BEGIN inside of it fails', () => {
      inside('method', () => {
        run('BEGIN');
        run('BEGIN', { error: new Error('within a transaction') });
        run('COMMIT');
      });
      expectTrace(tracing.spans.spans(), {
        name: 'method',
        children: [
          {
            name: 'transaction',
            status: 'UNSET',
            children: [{ name: 'BEGIN' }, { name: 'BEGIN', status: 'ERROR' }, { name: 'COMMIT' }],
          },
        ],
      });
    });

    it('ends with the BEGIN that fails', () => {
      run('BEGIN', { error: new Error('no') });
      expectTrace(tracing.spans.spans(), {
        name: 'transaction',
        status: 'ERROR',
        statusMessage: 'begin failed',
        children: [{ name: 'BEGIN', status: 'ERROR' }],
      });
      run('SELECT 1');
      expect(tracing.spans.spans().at(-1)?.parentSpanId).toBeUndefined();
    });

    it('ends with a COMMIT that is itself not recorded', () => {
      inside('method', () => {
        run('BEGIN');
        context.with(suppressTracing(context.active()), () => {
          run('COMMIT');
        });
      });
      expectTrace(tracing.spans.spans(), {
        name: 'method',
        children: [
          {
            name: 'transaction',
            attributes: { 'nest.db.transaction.outcome': 'commit' },
            children: [{ name: 'BEGIN' }],
          },
        ],
      });
    });
  });

  describe('when something of ours fails', () => {
    it('lets the query pass when a span cannot be started', () => {
      const earlier = failuresAt('typeorm.before');
      vi.spyOn(tracing.tracer, 'startSpan').mockImplementation(() => {
        throw new Error('no span today');
      });
      vi.spyOn(diag, 'error').mockReturnValue();
      expect(() => {
        run('SELECT 1');
      }).not.toThrow();
      expect(failuresAt('typeorm.before')).toBe(earlier + 1);
      expect(tracing.spans.spans()).toEqual([]);
    });

    it('does not take the end of a query it failed at for that of another', () => {
      vi.spyOn(diag, 'error').mockReturnValue();
      const start = vi.spyOn(tracing.tracer, 'startSpan').mockImplementationOnce(() => {
        throw new Error('no span for the first one');
      });
      before('SELECT 1');
      before('SELECT 1');
      after('SELECT 1');
      expect(start).toHaveBeenCalledTimes(2);
      expect(tracing.spans.openSpans()).toEqual(['SELECT']);
      after('SELECT 1');
      expect(tracing.spans.openSpans()).toEqual([]);
    });

    it('lets a query pass that it cannot make sense of', () => {
      vi.spyOn(diag, 'error').mockReturnValue();
      const broken = { success: true } as AfterQueryLike;
      expect(() => {
        subscriber.beforeQuery(broken);
        subscriber.afterQuery(broken);
      }).not.toThrow();
    });

    it('lets the query pass when its outcome cannot be read', () => {
      const earlier = failuresAt('typeorm.after');
      vi.spyOn(diag, 'error').mockReturnValue();
      const hostile = {
        get rows(): never {
          throw new Error('do not look');
        },
      };
      expect(() => {
        run('SELECT 1', { rawResults: hostile });
      }).not.toThrow();
      expect(failuresAt('typeorm.after')).toBe(earlier + 1);
      expect(tracing.spans.spans()).toHaveLength(1);
      expect(tracing.spans.openSpans()).toEqual([]);
    });
  });
});
