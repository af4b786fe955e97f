import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, RunningDatabase } from './database.js';

/** A database while its tests run. */
export interface GivenDatabase extends Database {
  /** Only there once tests run. */
  readonly running: RunningDatabase;
}

const START_TIMEOUT_MS = 90_000;
const REQUIRES_ALL = process.env['NESTRACE_TEST_REQUIRE_ALL'] === '1';

/** Runs tests on a database, or says why not. */
export function describeOn(database: Database, tests: (given: GivenDatabase) => void): void {
  const { type, installation } = database;
  const { start, reason } = installation;
  if (reason !== undefined) console.warn(`The tests on ${type} are skipped: ${reason}.`);

  describe.runIf(REQUIRES_ALL)(`the driver ${type}`, () => {
    it('is there to be tested', () => {
      expect(reason).toBeUndefined();
    });
  });

  describe.skipIf(start === undefined)(`TypeORM on ${type}`, () => {
    let running: RunningDatabase | undefined;
    beforeAll(async () => {
      running = await start?.();
    }, START_TIMEOUT_MS);
    afterAll(() => running?.stop(), START_TIMEOUT_MS);
    tests({
      ...database,
      get running(): RunningDatabase {
        if (running === undefined) throw new Error(`${type} runs only while tests do.`);
        return running;
      },
    });
  });
}
