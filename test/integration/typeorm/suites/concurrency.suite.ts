import { trace } from '@opentelemetry/api';
import { expectTrace, type SpanView } from 'nestrace/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GivenDatabase } from '../databases/describe-on.js';
import { Author } from '../library/entities.js';
import { query, transaction, work } from '../library/expectations.js';
import { startLibrary, type LibraryApp } from '../library/library-app.js';

const COUNT = 100;

/** Runs something in a hundred methods at once; each knows its number and writes it on its span. */
function inManyMethods<T>(
  app: LibraryApp,
  act: (number: number) => Promise<T>,
): Promise<readonly PromiseSettledResult<T>[]> {
  return Promise.allSettled(
    Array.from({ length: COUNT }, (_, number) =>
      app.library.part(async () => {
        trace.getActiveSpan()?.setAttribute('test.number', number);
        // Half of them are called from deeper down, when the others are already waiting.
        if (number % 2 === 0) await Promise.resolve();
        return act(number);
      }),
    ),
  );
}

/** Like {@link inManyMethods}, with one connection for all of them. */
async function onOneRunner(
  app: LibraryApp,
  act: (run: Run, number: number) => Promise<unknown>,
): Promise<readonly PromiseSettledResult<unknown>[]> {
  const runner = app.source.createQueryRunner();
  await app.prepare(() => runner.query('SELECT 1'));
  try {
    return await inManyMethods(app, (number) =>
      act((sql, parameters) => runner.query(sql, parameters), number),
    );
  } finally {
    await runner.release();
  }
}

type Run = (sql: string, parameters?: unknown[]) => Promise<unknown>;

/** Every method with the spans below it, by the number of the method. */
function methodsOf(
  spans: readonly SpanView[],
): readonly { readonly method: SpanView; readonly queries: readonly SpanView[] }[] {
  return spans
    .filter(({ name }) => name === 'Library.part')
    .map((method) => ({
      method,
      queries: spans.filter(({ parentSpanId }) => parentSpanId === method.spanId),
    }))
    .toSorted((a, b) => numberOf(a.method) - numberOf(b.method));
}

function numberOf({ attributes }: SpanView): number {
  return Number(attributes['test.number']);
}

function endOf({ startTime, durationMs }: SpanView): number {
  return startTime + durationMs;
}

/** The clock of a view is exact to a fraction of a microsecond. */
const CLOCK_MS = 0.002;

function expectToLieWithin(inner: SpanView, outer: SpanView): void {
  expect(inner.startTime).toBeGreaterThanOrEqual(outer.startTime - CLOCK_MS);
  expect(endOf(inner)).toBeLessThanOrEqual(endOf(outer) + CLOCK_MS);
}

export function concurrencySuite(database: GivenDatabase): void {
  const { dialect } = database;
  const sleep = database.type === 'postgres' ? 'pg_sleep' : 'SLEEP';

  describe('many queries at once', () => {
    let app: LibraryApp;

    beforeAll(async () => {
      app = await startLibrary(database.running, {
        otel: {
          typeorm: { captureParameters: true, nPlusOneThreshold: false },
          redaction: { emails: false },
        },
      });
    });
    beforeEach(async () => {
      await app.prepare((source) => source.createQueryBuilder().delete().from(Author).execute());
      app.telemetry.clear();
    });
    afterAll(() => app.close());

    function expectOneQueryEach(): readonly { method: SpanView; query: SpanView }[] {
      expect(app.telemetry.openSpans()).toEqual([]);
      const methods = methodsOf(app.telemetry.spans());
      expect(methods).toHaveLength(COUNT);
      expect(app.telemetry.spans()).toHaveLength(2 * COUNT);
      return methods.map(({ method, queries }) => {
        expect(queries).toHaveLength(1);
        const [only] = queries as [SpanView];
        expect(only.kind).toBe('CLIENT');
        expectToLieWithin(only, method);
        return { method, query: only };
      });
    }

    it('are each part of the method that ran them', async () => {
      await inManyMethods(app, (number) =>
        app.source.getRepository(Author).findBy({ email: `${number}@example.org` }),
      );
      for (const { method, query: found } of expectOneQueryEach()) {
        expect(found.attributes['db.query.parameter.0']).toBe(`${numberOf(method)}@example.org`);
      }
    });

    it('are all part of one method that waits for them', async () => {
      const { spans } = await app.trace((source) =>
        Promise.all(
          Array.from({ length: COUNT }, (_, number) =>
            source.getRepository(Author).findBy({ email: `${number}@example.org` }),
          ),
        ),
      );
      expectTrace(
        spans,
        work(Array.from({ length: COUNT }, () => query(database, 'SELECT authors'))),
      );
      const parameters = spans.map(({ attributes }) => attributes['db.query.parameter.0']);
      expect(new Set(parameters).size).toBe(COUNT + 1);
    });

    describe('on one query runner', () => {
      const placeholder = dialect.placeholder(1);

      it('are told apart by their texts', async () => {
        await onOneRunner(app, (run, number) => run(`SELECT 1 AS n${number}`));
        for (const { method, query: found } of expectOneQueryEach()) {
          expect(found.attributes['db.query.text']).toBe(`SELECT ? AS n${numberOf(method)}`);
        }
      });

      it('are told apart by their parameters', async () => {
        await onOneRunner(app, (run, number) =>
          run(`SELECT name FROM authors WHERE email = ${placeholder}`, [`${number}`]),
        );
        for (const { method, query: found } of expectOneQueryEach()) {
          expect(found.attributes['db.query.parameter.0']).toBe(`${numberOf(method)}`);
        }
      });

      it('end in their turn when nothing tells them apart', async () => {
        await onOneRunner(app, (run) =>
          run(`SELECT name FROM authors WHERE email = ${placeholder}`, ['ann@example.org']),
        );
        const found = expectOneQueryEach().map((each) => each.query);
        const byStart = found.toSorted((a, b) => a.startTime - b.startTime);
        const byEnd = found.toSorted((a, b) => endOf(a) - endOf(b));
        expect(byEnd.map(({ spanId }) => spanId)).toEqual(byStart.map(({ spanId }) => spanId));
      });

      it('fail each for themselves', async () => {
        const outcomes = await onOneRunner(app, (run, number) =>
          number % 3 === 0 ? run('SELECT * FROM nowhere') : run('SELECT * FROM authors'),
        );
        for (const { method, query: found } of expectOneQueryEach()) {
          const { status } = outcomes[numberOf(method)] as PromiseSettledResult<unknown>;
          const expected = status === 'rejected' ? 'ERROR' : 'UNSET';
          expect([method.status.code, found.status.code]).toEqual([expected, expected]);
          expect(numberOf(method) % 3 === 0).toBe(status === 'rejected');
        }
      });
    });

    it('fail each for themselves when only one of them can win', async () => {
      const outcomes = await inManyMethods(app, () =>
        app.source.getRepository(Author).insert({ name: 'Ann', email: 'ann@example.org' }),
      );
      const winners = outcomes.filter(({ status }) => status === 'fulfilled');
      expect(winners).toHaveLength(1);
      for (const { method, query: found } of expectOneQueryEach()) {
        const won = outcomes[numberOf(method)]?.status === 'fulfilled';
        const expected = won ? 'UNSET' : 'ERROR';
        expect([method.status.code, found.status.code]).toEqual([expected, expected]);
        expect(method.events).toHaveLength(won ? 0 : 1);
      }
    });

    describe.runIf(dialect.isPooled)('on several connections', () => {
      it('last as long as each of them does', async () => {
        const { spans } = await app.trace((source) =>
          Promise.all(
            ['0.2', '0', '0.1'].map((seconds) =>
              source.query(`SELECT ${sleep}(${dialect.placeholder(1)})`, [seconds]),
            ),
          ),
        );
        const [long, none, short] = ['0.2', '0', '0.1'].map((seconds) =>
          spans.find(({ attributes }) => attributes['db.query.parameter.0'] === seconds),
        ) as [SpanView, SpanView, SpanView];
        expect(long.durationMs).toBeGreaterThanOrEqual(199);
        expect(short.durationMs).toBeGreaterThanOrEqual(99);
        expect(endOf(none)).toBeLessThan(endOf(short));
        expect(endOf(short)).toBeLessThan(endOf(long));
      });

      it('stay with the transaction of their connection', async () => {
        const { spans } = await app.trace((source) =>
          Promise.all(
            Array.from({ length: 8 }, (_, number) =>
              source.transaction(async (manager) => {
                await manager.insert(Author, { name: 'Ann', email: `${number}@example.org` });
                await manager.query('SELECT 1');
                if (number % 2 === 1) throw new Error('changed my mind');
              }),
            ).map((done) => done.catch(() => undefined)),
          ),
        );
        expectTrace(
          spans,
          work(
            Array.from({ length: 8 }, (_, number) =>
              transaction(database, number % 2 === 1 ? 'rollback' : 'commit', [
                query(database, 'INSERT authors'),
                query(database, 'SELECT'),
              ]),
            ),
            { childrenInAnyOrder: true },
          ),
        );
      });
    });
  });
}
