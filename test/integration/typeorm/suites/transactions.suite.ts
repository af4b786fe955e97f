import { expectTrace, type SpanExpectation } from 'nestrace/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GivenDatabase } from '../databases/describe-on.js';
import { Author } from '../library/entities.js';
import { failedQuery, query, transaction, work } from '../library/expectations.js';
import { startLibrary, type LibraryApp } from '../library/library-app.js';

export function transactionsSuite(database: GivenDatabase): void {
  const { dialect } = database;
  const insert = (): SpanExpectation => query(database, 'INSERT authors');
  const select = (): SpanExpectation => query(database, 'SELECT');

  describe('a transaction', () => {
    let app: LibraryApp;

    beforeAll(async () => {
      app = await startLibrary(database.running);
    });
    beforeEach(async () => {
      await app.prepare((source) => source.createQueryBuilder().delete().from(Author).execute());
    });
    afterAll(() => app.close());

    function author(email = 'ann@example.org'): { name: string; email: string } {
      return { name: 'Ann', email };
    }

    it('is a span around its queries', async () => {
      const { spans } = await app.trace((source) =>
        source.transaction(async (manager) => {
          await manager.insert(Author, author());
          await manager.query('SELECT 1');
        }),
      );
      expectTrace(spans, work([transaction(database, 'commit', [insert(), select()])]));
    });

    it('has no more than what is known about it', async () => {
      const { spans } = await app.trace((source) => source.transaction(async () => {}));
      const span = spans.find(({ name }) => name === 'transaction');
      const known = Object.entries({
        'nest.type': 'db.transaction',
        'db.system.name': database.system,
        'nest.db.transaction.outcome': 'commit',
        ...database.running.attributes,
      });
      expect(span?.attributes).toEqual(
        Object.fromEntries(known.filter(([, value]) => value !== undefined)),
      );
    });

    it('ends with its last query, and what comes after is not part of it', async () => {
      const { spans } = await app.trace(async (source) => {
        await source.query('SELECT 1');
        await source.transaction((manager) => manager.insert(Author, author()));
        await source.query('SELECT 2');
      });
      expectTrace(spans, work([select(), transaction(database, 'commit', [insert()]), select()]));
      const [span, commit] = ['transaction', 'COMMIT'].map((name) =>
        spans.find((candidate) => candidate.name === name),
      );
      const endOf = (of = span): number => (of?.startTime ?? 0) + (of?.durationMs ?? 0);
      expect(endOf(span)).toBeGreaterThanOrEqual(endOf(commit));
    });

    it('is rolled back when the code in it throws, which is recorded where it was thrown', async () => {
      const { spans, error } = await app.trace((source) =>
        source.transaction(async (manager) => {
          await manager.insert(Author, author());
          throw new RangeError('changed my mind');
        }),
      );
      expect(error).toBeInstanceOf(RangeError);
      expectTrace(
        spans,
        work([transaction(database, 'rollback', [insert()])], {
          status: 'ERROR',
          statusMessage: 'changed my mind',
          exceptions: ['RangeError'],
        }),
      );
      expect(await app.prepare((source) => source.getRepository(Author).count())).toBe(0);
    });

    it('is rolled back when a query in it fails', async () => {
      const { spans } = await app.trace((source) =>
        source.transaction(async (manager) => {
          await manager.insert(Author, author());
          await manager.insert(Author, author());
        }),
      );
      expectTrace(
        spans,
        work(
          [
            transaction(database, 'rollback', [
              insert(),
              failedQuery(database, 'INSERT authors', 'duplicate'),
            ]),
          ],
          { status: 'ERROR', exceptions: ['QueryFailedError'] },
        ),
      );
    });

    it('holds the steps of the transactions inside of it', async () => {
      const { spans } = await app.trace((source) =>
        source.transaction(async (outer) => {
          await outer.transaction((inner) => inner.insert(Author, author('a@example.org')));
          await outer
            .transaction(async (inner) => {
              await inner.insert(Author, author('b@example.org'));
              throw new Error('not this one');
            })
            .catch(() => undefined);
        }),
      );
      expectTrace(
        spans,
        work([
          transaction(database, 'commit', [
            query(database, 'SAVEPOINT'),
            insert(),
            query(database, 'RELEASE'),
            query(database, 'SAVEPOINT'),
            insert(),
            query(database, 'ROLLBACK'),
          ]),
        ]),
      );
      expect(await app.prepare((source) => source.getRepository(Author).count())).toBe(1);
    });

    it('leaves the queries of a method called in it to that method', async () => {
      const { spans } = await app.trace((source, library) =>
        source.transaction(async (manager) => {
          await manager.insert(Author, author());
          await library.part(async () => {
            await manager.query('SELECT 1');
          });
          await manager.query('SELECT 2');
        }),
      );
      expectTrace(spans, {
        ...work([
          transaction(database, 'commit', [insert(), select()]),
          { name: 'Library.part', status: 'UNSET', children: [select()] },
        ]),
      });
    });

    it('leaves the queries outside of it to the method that runs them', async () => {
      const { spans } = await app.trace((source, library) =>
        library.part(() => source.transaction((manager) => manager.insert(Author, author()))),
      );
      expectTrace(
        spans,
        work([{ name: 'Library.part', children: [transaction(database, 'commit', [insert()])] }]),
      );
    });

    it('works with a query runner in hands', async () => {
      const { spans } = await app.trace(async (source) => {
        const runner = source.createQueryRunner();
        try {
          await runner.startTransaction();
          await runner.manager.insert(Author, author());
          await runner.commitTransaction();
          await runner.startTransaction();
          await runner.query('SELECT 1');
          await runner.rollbackTransaction();
          await runner.query('SELECT 2');
        } finally {
          await runner.release();
        }
      });
      expectTrace(
        spans,
        work([
          transaction(database, 'commit', [insert()]),
          transaction(database, 'rollback', [select()]),
          select(),
        ]),
      );
    });

    it('works with its words in the hands of the application', async () => {
      const { spans } = await app.trace(async (source) => {
        const runner = source.createQueryRunner();
        await runner.query(dialect.begin);
        await runner.query('SELECT 1');
        await runner.query('COMMIT');
        await runner.release();
      });
      expectTrace(spans, work([transaction(database, 'commit', [select()])]));
    });

    it.runIf(dialect.defersReferences)('is an error when it cannot be committed', async () => {
      await app.prepare(async (source) => {
        await source.query('DROP TABLE IF EXISTS pages');
        await source.query(
          'CREATE TABLE pages (book int REFERENCES books (id) DEFERRABLE INITIALLY DEFERRED)',
        );
      });
      const { spans, error } = await app.trace((source) =>
        source.transaction((manager) => manager.query('INSERT INTO pages VALUES (4711)')),
      );
      expect(error).toBeInstanceOf(Error);
      expectTrace(
        spans,
        work(
          [
            transaction(
              database,
              'commit',
              [query(database, 'INSERT pages')],
              failedQuery(database, 'COMMIT', 'missingParent'),
            ),
            // TypeORM does not know that a transaction ends with its COMMIT, whatever comes of it.
            query(database, 'ROLLBACK'),
          ],
          { status: 'ERROR', exceptions: ['QueryFailedError'] },
        ),
      );
    });

    it('does not begin where BEGIN fails', async () => {
      const { spans } = await app.trace(async (source) => {
        const runner = source.createQueryRunner();
        await runner.query(`${dialect.begin} OR NOT`).catch(() => undefined);
        await runner.query('SELECT 1');
        await runner.release();
      });
      expectTrace(
        spans,
        work([
          {
            name: 'transaction',
            status: 'ERROR',
            statusMessage: 'begin failed',
            attributes: { 'nest.db.transaction.outcome': undefined },
            children: [failedQuery(database, dialect.beginSummary, 'syntax')],
          },
          select(),
        ]),
      );
    });
  });
}
