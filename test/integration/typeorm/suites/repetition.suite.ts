import { expectTrace, type SpanExpectation } from 'nestrace/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { GivenDatabase } from '../databases/describe-on.js';
import { Author, Book } from '../library/entities.js';
import { query, transaction, work } from '../library/expectations.js';
import { startLibrary, type LibraryApp, type LibraryOptions } from '../library/library-app.js';

export function repetitionSuite(database: GivenDatabase): void {
  describe('the same query again and again', () => {
    let app: LibraryApp | undefined;

    afterEach(() => app?.close());

    async function start(otel: LibraryOptions['otel'] = {}): Promise<LibraryApp> {
      app = await startLibrary(database.running, { otel });
      return app;
    }

    function times(count: number, make: () => SpanExpectation): readonly SpanExpectation[] {
      return Array.from({ length: count }, make);
    }

    function flagged(summary: string): SpanExpectation {
      return query(database, summary, { attributes: { 'nest.db.n_plus_one': true } });
    }

    const plain = (summary: string): SpanExpectation => query(database, summary);
    const counted = (
      count: number | undefined,
    ): { attributes: Record<string, number | undefined> } => ({
      attributes: { 'nest.db.n_plus_one.count': count },
    });

    async function loadAuthors(
      running: LibraryApp,
      count: number,
    ): ReturnType<LibraryApp['trace']> {
      return running.trace(async (source) => {
        for (let id = 1; id <= count; id++) await source.getRepository(Author).findOneBy({ id });
      });
    }

    it('is flagged from the fifth time on, the first four included', async () => {
      const { spans } = await loadAuthors(await start(), 5);
      expectTrace(
        spans,
        work(
          times(5, () => flagged('SELECT authors')),
          counted(5),
        ),
      );
    });

    it('is fine four times', async () => {
      const { spans } = await loadAuthors(await start(), 4);
      expectTrace(
        spans,
        work(
          times(4, () => plain('SELECT authors')),
          counted(undefined),
        ),
      );
    });

    it('is flagged as often as the application says', async () => {
      const running = await start({ typeorm: { nPlusOneThreshold: 2 } });
      expectTrace(
        (await loadAuthors(running, 1)).spans,
        work([plain('SELECT authors')], counted(undefined)),
      );
      expectTrace(
        (await loadAuthors(running, 2)).spans,
        work(
          times(2, () => flagged('SELECT authors')),
          counted(2),
        ),
      );
    });

    it('is not looked for when the application does not want to', async () => {
      const { spans } = await loadAuthors(
        await start({ typeorm: { nPlusOneThreshold: false } }),
        9,
      );
      expectTrace(
        spans,
        work(
          times(9, () => plain('SELECT authors')),
          counted(undefined),
        ),
      );
    });

    it('is found when all run at once', async () => {
      const running = await start();
      const { spans } = await running.trace((source) =>
        Promise.all([1, 2, 3, 4, 5, 6].map((id) => source.getRepository(Author).findOneBy({ id }))),
      );
      expectTrace(
        spans,
        work(
          times(6, () => flagged('SELECT authors')),
          counted(6),
        ),
      );
    });

    it('is found among others, with literals in it as well', async () => {
      const running = await start();
      const { spans } = await running.trace(async (source) => {
        for (let id = 1; id <= 5; id++) {
          await source.query(`SELECT * FROM authors WHERE id = ${id}`);
          if (id < 5) await source.getRepository(Book).count();
        }
      });
      const pair = [flagged('SELECT authors'), plain('SELECT books')];
      expectTrace(
        spans,
        work([...pair, ...pair, ...pair, ...pair, flagged('SELECT authors')], counted(5)),
      );
    });

    it('is another query with another text', async () => {
      const running = await start();
      const { spans } = await running.trace(async (source) => {
        for (let column = 1; column <= 9; column++) {
          await source.query(`SELECT name AS n${column} FROM authors`);
        }
      });
      expectTrace(
        spans,
        work(
          times(9, () => plain('SELECT authors')),
          counted(undefined),
        ),
      );
    });

    it('is found when a loop calls the method that runs it', async () => {
      const running = await start();
      const { spans } = await running.trace(async (_source, library) => {
        for (let round = 0; round < 6; round++) {
          await library.part((source) => source.getRepository(Author).count());
        }
      });
      const part = { name: 'Library.part', children: [flagged('SELECT authors')] };
      expectTrace(
        spans,
        work(
          times(6, () => part),
          counted(6),
        ),
      );
    });

    it('is counted on the root, wherever below it runs', async () => {
      const running = await start();
      const { spans } = await running.trace((_source, library) =>
        library.part(async (source) => {
          for (let round = 0; round < 5; round++) await source.getRepository(Author).count();
        }),
      );
      const part: SpanExpectation = {
        name: 'Library.part',
        attributes: { 'nest.db.n_plus_one.count': undefined },
        children: times(5, () => flagged('SELECT authors')),
      };
      expectTrace(spans, work([part], counted(5)));
    });

    it('is no fault of a loop of transactions', async () => {
      const running = await start();
      const { spans } = await running.trace(async (source) => {
        for (let round = 0; round < 6; round++) {
          await source.transaction(async (manager) => {
            await manager.getRepository(Author).insert({ name: 'Ann', email: `${round}@a.org` });
          });
        }
      });
      const one = (): SpanExpectation => transaction(database, 'commit', [plain('INSERT authors')]);
      expectTrace(spans, work(times(6, one), counted(undefined)));
    });

    it('is a fault inside of one transaction', async () => {
      const running = await start();
      const { spans } = await running.trace((source) =>
        source.transaction(async (manager) => {
          for (let round = 0; round < 5; round++) await manager.count(Author);
        }),
      );
      expectTrace(
        spans,
        work(
          [
            transaction(
              database,
              'commit',
              times(5, () => flagged('SELECT authors')),
            ),
          ],
          counted(5),
        ),
      );
    });

    it('holds no span back for longer than the method runs', async () => {
      const running = await start();
      await running.trace((source) => source.query('SELECT 1'));
      expect(running.telemetry.spans().map(({ name }) => name)).toEqual(['SELECT', 'Library.work']);
    });
  });
}
