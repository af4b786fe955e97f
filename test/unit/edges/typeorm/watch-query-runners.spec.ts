import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  DataSourceLike,
  QueryRunnerLike,
} from '../../../../libs/nestrace/src/edges/typeorm/typeorm-shapes.js';
import { QuerySubscriber } from '../../../../libs/nestrace/src/edges/typeorm/query-subscriber.js';
import {
  callOf,
  watchQueryRunners,
} from '../../../../libs/nestrace/src/edges/typeorm/watch-query-runners.js';
import { dataSource } from '../../support/typeorm-doubles.js';

type Run = (this: QueryRunnerLike, ...args: unknown[]) => Promise<unknown>;

const doNothing: Run = () => Promise.resolve();

/** A DataSource whose runners do this. */
function sourceOf(type: string, run: Run, subscribers: object[] = []): DataSourceLike {
  const source = dataSource({ type });
  source.subscribers.push(...subscribers);
  const prototype = { query: run };
  source.createQueryRunner = () => Object.create(prototype) as QueryRunnerLike;
  return source;
}

describe('watchQueryRunners', () => {
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
  afterAll(() => {
    context.disable();
  });

  it('tells whoever heard of a query that it has failed', async () => {
    const failure = new Error('no');
    const heard: unknown[] = [];
    const source = sourceOf('better-sqlite3', async function (this: QueryRunnerLike) {
      await Promise.resolve();
      const call = callOf(this, context.active());
      if (call === undefined) throw new Error('nobody watches');
      call.onFailure = (error) => heard.push(error);
      throw failure;
    });
    watchQueryRunners(source);
    await expect(source.createQueryRunner().query('SELECT 1')).rejects.toBe(failure);
    expect(heard).toEqual([failure]);
  });

  it('hands arguments, receiver and result through', async () => {
    const source = sourceOf('better-sqlite3', async function (...args) {
      return Promise.resolve([this, ...args]);
    });
    watchQueryRunners(source);
    const runner = source.createQueryRunner();
    expect(await runner.query('SELECT ?', [1], true)).toEqual([runner, 'SELECT ?', [1], true]);
  });

  it('keeps the caller in the stack of an error', async () => {
    const source = sourceOf('better-sqlite3', async () => {
      await Promise.resolve();
      throw new Error('no');
    });
    watchQueryRunners(source);
    async function callerOfTheQuery(): Promise<void> {
      await source.createQueryRunner().query('SELECT 1');
    }
    const error: unknown = await callerOfTheQuery().catch((reason: unknown) => reason);
    expect((error as Error).stack).toContain('callerOfTheQuery');
  });

  it('does not take a query inside of another one for it', async () => {
    const inner = sourceOf('postgres', async function () {
      return Promise.resolve(callOf(this, context.active()));
    }).createQueryRunner();
    const source = sourceOf('better-sqlite3', () => inner.query('SELECT 1'));
    watchQueryRunners(source);
    expect(await source.createQueryRunner().query('SELECT 2')).toBeUndefined();
  });

  it('watches a runner that is handed out twice only once', () => {
    const source = sourceOf('better-sqlite3', () => Promise.resolve());
    const only = source.createQueryRunner();
    source.createQueryRunner = () => only;
    watchQueryRunners(source);
    watchQueryRunners(source);
    const { query } = source.createQueryRunner();
    expect(source.createQueryRunner().query).toBe(query);
  });

  it('watches where a subscriber of the application looks at queries as well', () => {
    for (const subscriber of [{ beforeQuery: () => {} }, { afterQuery: () => {} }]) {
      const source = sourceOf('postgres', doNothing, [subscriber]);
      watchQueryRunners(source);
      expect(source.createQueryRunner().query).not.toBe(doNothing);
    }
  });

  it('leaves all other runners untouched', () => {
    const source = sourceOf('postgres', doNothing, [
      { afterInsert: () => {} },
      new QuerySubscriber(),
    ]);
    watchQueryRunners(source);
    const runner = source.createQueryRunner();
    expect(runner.query).toBe(doNothing);
    expect(Reflect.ownKeys(runner)).toEqual([]);
  });

  it('leaves a runner alone that cannot be changed', async () => {
    const source = dataSource({ type: 'better-sqlite3' });
    source.createQueryRunner = () => Object.freeze({ query: () => Promise.resolve('done') });
    watchQueryRunners(source);
    expect(await source.createQueryRunner().query('SELECT 1')).toBe('done');
  });

  it('lets the application replace what it has put there', () => {
    const source = sourceOf('better-sqlite3', () => Promise.resolve());
    watchQueryRunners(source);
    const other = source.createQueryRunner();
    source.createQueryRunner = () => other;
    expect(source.createQueryRunner()).toBe(other);
    expect(Object.keys(source)).not.toContain('nestrace/watched');
  });
});
