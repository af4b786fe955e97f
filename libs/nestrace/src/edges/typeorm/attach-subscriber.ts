import { QuerySubscriber } from './query-subscriber.js';
import { isQuerySubscriber } from './subscriber-mark.js';
import type { DataSourceLike } from './typeorm-shapes.js';
import { watchQueryRunners } from './watch-query-runners.js';

/**
 * Adds a subscriber to a DataSource for good. `destroy()` followed by `initialize()` puts a new
 * list in the place of the old one, so the list is watched: whichever is set gets the subscriber.
 */
export function attachSubscriber(dataSource: DataSourceLike): void {
  watchQueryRunners(dataSource);
  // The application may have listed `OtelTypeOrmSubscriber` itself.
  if (dataSource.subscribers.some(isQuerySubscriber)) return;
  const subscriber = new QuerySubscriber();
  let current = withSubscriber(dataSource.subscribers, subscriber);
  Object.defineProperty(dataSource, 'subscribers', {
    configurable: true,
    enumerable: true,
    get: () => current,
    set: (subscribers: object[]) => {
      current = withSubscriber(subscribers, subscriber);
    },
  });
}

function withSubscriber(subscribers: object[], subscriber: QuerySubscriber): object[] {
  if (!Array.isArray(subscribers) || subscribers.some(isQuerySubscriber)) return subscribers;
  subscribers.push(subscriber);
  return subscribers;
}
