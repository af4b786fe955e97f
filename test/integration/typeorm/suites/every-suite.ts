import type { GivenDatabase } from '../databases/describe-on.js';
import { concurrencySuite } from './concurrency.suite.js';
import { durationsSuite } from './durations.suite.js';
import { failuresSuite } from './failures.suite.js';
import { optionsSuite } from './options.suite.js';
import { queriesSuite } from './queries.suite.js';
import { repetitionSuite } from './repetition.suite.js';
import { subscribersSuite } from './subscribers.suite.js';
import { transactionsSuite } from './transactions.suite.js';

/** All that has to hold on every database. */
export function everySuite(database: GivenDatabase): void {
  queriesSuite(database);
  failuresSuite(database);
  transactionsSuite(database);
  concurrencySuite(database);
  repetitionSuite(database);
  durationsSuite(database);
  optionsSuite(database);
  subscribersSuite(database);
}
