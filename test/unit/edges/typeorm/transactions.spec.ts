import { context, ROOT_CONTEXT, trace, type Context, type Span } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseSystem } from '../../../../libs/nestrace/src/edges/typeorm/database-system.js';
import { Transactions } from '../../../../libs/nestrace/src/edges/typeorm/transactions.js';
import { resolve } from '../../support/options.js';
import { startTracing, type Tracing } from '../../support/tracing.js';
import { dataSource, runner } from '../../support/typeorm-doubles.js';

const system = new DatabaseSystem(dataSource({ type: 'postgres', host: 'db' }));
const settings = { ...resolve().typeorm, legacyNames: false, measures: false };

describe('Transactions', () => {
  let tracing: Tracing;
  let transactions: Transactions;
  let method: Span;
  let inMethod: Context;
  const queryRunner = runner();

  beforeEach(() => {
    tracing = startTracing();
    transactions = new Transactions();
    method = tracing.tracer.startSpan('method');
    inMethod = trace.setSpan(ROOT_CONTEXT, method);
  });
  afterEach(() => {
    tracing.stop();
  });

  function begin(active = inMethod): void {
    transactions.begin(queryRunner, active, tracing.telemetry, system, settings);
  }

  it('puts a span around a transaction, below the code that began it', () => {
    begin();
    expect(transactions.isOpen(queryRunner)).toBe(true);
    transactions.end(queryRunner, 'commit', false);
    expect(transactions.isOpen(queryRunner)).toBe(false);
    expect(tracing.spans.spans()).toMatchObject([
      {
        name: 'transaction',
        kind: 'INTERNAL',
        parentSpanId: method.spanContext().spanId,
        status: { code: 'UNSET' },
        attributes: {
          'nest.type': 'db.transaction',
          'db.system.name': 'postgresql',
          'server.address': 'db',
          'nest.db.transaction.outcome': 'commit',
        },
      },
    ]);
  });

  it('takes in the queries of the code that began it, and of nobody else', () => {
    begin();
    const direct = trace.getSpan(transactions.contextFor(queryRunner, inMethod));
    expect(direct).not.toBe(method);
    const inner = tracing.tracer.startSpan('inner', {}, inMethod);
    const inInner = trace.setSpan(inMethod, inner);
    expect(transactions.contextFor(queryRunner, inInner)).toBe(inInner);
    expect(transactions.contextFor(runner(), inMethod)).toBe(inMethod);
    transactions.end(queryRunner, 'commit', false);
    expect(transactions.contextFor(queryRunner, inMethod)).toBe(inMethod);
  });

  it('keeps the rest of the context', () => {
    begin();
    const key = Symbol('key');
    const active = inMethod.setValue(key, 'value');
    expect(transactions.contextFor(queryRunner, active).getValue(key)).toBe('value');
  });

  it('is a root where there is no span around it', () => {
    begin(context.active());
    transactions.end(queryRunner, 'commit', false);
    expect(tracing.spans.spans()[0]?.parentSpanId).toBeUndefined();
  });

  it('says that it was rolled back, which is no error', () => {
    begin();
    transactions.end(queryRunner, 'rollback', false);
    expect(tracing.spans.spans()).toMatchObject([
      { status: { code: 'UNSET' }, attributes: { 'nest.db.transaction.outcome': 'rollback' } },
    ]);
  });

  it.each(['commit', 'rollback'] as const)('is an error when its %s fails', (control) => {
    begin();
    transactions.end(queryRunner, control, true);
    expect(tracing.spans.spans()).toMatchObject([
      {
        status: { code: 'ERROR', message: `${control} failed` },
        attributes: { 'nest.db.transaction.outcome': control },
      },
    ]);
  });

  it('has no outcome when it could not begin', () => {
    begin();
    transactions.abort(queryRunner);
    const [span] = tracing.spans.spans();
    expect(span?.status).toEqual({ code: 'ERROR', message: 'begin failed' });
    expect(span?.attributes).not.toHaveProperty(['nest.db.transaction.outcome']);
    expect(transactions.isOpen(queryRunner)).toBe(false);
  });

  it('ends once', () => {
    begin();
    transactions.end(queryRunner, 'commit', false);
    transactions.end(queryRunner, 'rollback', false);
    transactions.abort(queryRunner);
    expect(tracing.spans.spans()).toHaveLength(1);
    expect(tracing.spans.openSpans()).toEqual(['method']);
  });
});
