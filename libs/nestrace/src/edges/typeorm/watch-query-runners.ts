import { context, createContextKey, type Context } from '@opentelemetry/api';
import { noteFailure } from '../../core/failures.js';
import { isQuerySubscriber } from './subscriber-mark.js';
import type { DataSourceLike, QueryRunnerLike } from './typeorm-shapes.js';

/** One call of `query` on a watched runner. */
export interface QueryCall {
  readonly runner: QueryRunnerLike;
  /** Set by whoever hears that the query begins; called when the query has failed. */
  onFailure?: (error: unknown) => void;
}

const CALL = createContextKey('nestrace.query-call');
const WATCHED = Symbol.for('nestrace/watched');

/**
 * TypeORM does not report the end of every query. better-sqlite3 keeps quiet about failures (up to
 * 0.3), and when a subscriber of the application throws, the subscribers behind it hear nothing.
 * A query runner knows better: where ends may get lost, its `query` method is watched for errors.
 * Everywhere else it stays untouched.
 */
export function watchQueryRunners(dataSource: DataSourceLike): void {
  if (WATCHED in dataSource) return;
  define(dataSource, WATCHED, true);
  const create = dataSource.createQueryRunner;
  define(dataSource, 'createQueryRunner', function (this: DataSourceLike, ...args: unknown[]) {
    const runner = Reflect.apply(create, this, args);
    try {
      if (mayLoseEnds(dataSource)) watch(runner);
    } catch (error) {
      noteFailure('typeorm.attach', error);
    }
    return runner;
  });
}

/** The call a runner is busy with, as seen from inside of it. */
export function callOf(runner: QueryRunnerLike, active: Context): QueryCall | undefined {
  const call = active.getValue(CALL) as QueryCall | undefined;
  return call?.runner === runner ? call : undefined;
}

function mayLoseEnds({ options, subscribers }: DataSourceLike): boolean {
  return options.type === 'better-sqlite3' || subscribers.some(isForeignQuerySubscriber);
}

function isForeignQuerySubscriber(subscriber: object): boolean {
  return (
    ('beforeQuery' in subscriber || 'afterQuery' in subscriber) && !isQuerySubscriber(subscriber)
  );
}

function watch(runner: QueryRunnerLike): void {
  if (WATCHED in runner) return;
  define(runner, WATCHED, true);
  const run = runner.query;
  // An async function: a chain of `then` would cut the stack of the error off from its caller.
  define(runner, 'query', async function query(this: QueryRunnerLike, ...args: QueryArguments) {
    const call: QueryCall = { runner };
    try {
      return await context.with(context.active().setValue(CALL, call), run, this, ...args);
    } catch (error) {
      call.onFailure?.(error);
      throw error;
    }
  });
}

type QueryArguments = Parameters<QueryRunnerLike['query']>;

function define(target: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(target, key, { configurable: true, writable: true, value });
}
