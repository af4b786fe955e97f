import { Controller, Get } from '@nestjs/common';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { expectTrace } from 'nestrace/testing';
import { OtelTypeOrmSubscriber } from 'nestrace/typeorm';
import { Repository, type DataSource, type QueryRunner } from 'typeorm';
import { afterEach, describe, expect, it } from 'vitest';
import { call } from '../../../support/client.js';
import type { GivenDatabase } from '../databases/describe-on.js';
import { Author } from '../library/entities.js';
import { expectNoSecrets, query, work } from '../library/expectations.js';
import { startLibrary, type LibraryApp, type LibraryOptions } from '../library/library-app.js';

const SECRET = 'ann@secret.example.org';

@Controller('authors')
class AuthorsController {
  constructor(@InjectRepository(Author) private readonly authors: Repository<Author>) {}

  @Get('count')
  count(): Promise<number> {
    return this.authors.count();
  }
}

export function optionsSuite(database: GivenDatabase): void {
  const { dialect } = database;

  describe('an application', () => {
    let app: LibraryApp | undefined;

    afterEach(async () => {
      await app?.close();
      app = undefined;
    });

    async function start(options: LibraryOptions = {}): Promise<LibraryApp> {
      app = await startLibrary(database.running, options);
      return app;
    }

    const byEmail = `SELECT name FROM authors WHERE email = ${dialect.placeholder(1)}`;

    it('can have the parameters shown', async () => {
      const running = await start({
        otel: { typeorm: { captureParameters: true }, redaction: { emails: false } },
      });
      const sql = `${byEmail} AND id > ${dialect.placeholder(2)}`;
      const { spans } = await running.trace((source) => source.query(sql, [SECRET, 42]));
      const attributes = {
        'db.query.text': sql,
        'db.query.parameter.0': SECRET,
        'db.query.parameter.1': '42',
        'db.query.parameter.2': undefined,
      };
      expectTrace(spans, work([query(database, 'SELECT authors', { attributes })]));
    });

    it('can have the text left out', async () => {
      const running = await start({ otel: { typeorm: { captureQueryText: false } } });
      const { spans } = await running.trace((source) => source.query(byEmail, [SECRET]));
      const attributes = { 'db.query.text': undefined };
      expectTrace(spans, work([query(database, 'SELECT authors', { attributes })]));
      expectNoSecrets(spans, [SECRET, 'WHERE']);
    });

    it('can have the text cut', async () => {
      const running = await start({ otel: { typeorm: { maxQueryTextLength: 24 } } });
      const { spans } = await running.trace(async (source) => {
        await source.query(byEmail, [SECRET]);
        await source.query(`SELECT name FROM authors WHERE email = '${SECRET}'`);
        await source.query('SELECT name FROM authors');
      });
      const cut = { attributes: { 'db.query.text': 'SELECT name FROM author…' } };
      const whole = { attributes: { 'db.query.text': 'SELECT name FROM authors' } };
      expectTrace(
        spans,
        work([cut, cut, whole].map((further) => query(database, 'SELECT authors', further))),
      );
    });

    it('can bound the spans of a trace', async () => {
      const running = await start({ otel: { autoTrace: { maxSpansPerTrace: 3 } } });
      const { spans } = await running.trace(async (source) => {
        for (let round = 0; round < 5; round++) await source.query('SELECT name FROM authors');
      });
      const counted = { attributes: { 'nest.trace.omitted_spans': 3 } };
      const some = [1, 2].map(() => query(database, 'SELECT authors'));
      expectTrace(spans, { ...work(some), ...counted });
    });

    it('can say which queries are slow', async () => {
      const running = await start({ otel: { typeorm: { slowQueryMs: 0 } } });
      const { spans } = await running.trace((source) => source.query('SELECT 1'));
      expectTrace(
        spans,
        work([query(database, 'SELECT', { attributes: { 'nest.db.slow': true } })]),
      );
    });

    it.runIf(dialect.isPooled)('flags a query that takes longer than it says', async () => {
      const sleep = database.type === 'postgres' ? 'pg_sleep' : 'SLEEP';
      const running = await start({ otel: { typeorm: { slowQueryMs: 150 } } });
      const { spans } = await running.trace((source) => source.query(`SELECT ${sleep}(0.16)`));
      expectTrace(
        spans,
        work([query(database, 'SELECT', { attributes: { 'nest.db.slow': true } })]),
      );
    });

    it('can have the old names beside the new ones', async () => {
      const running = await start({ otel: { semconv: { database: 'dup' } } });
      const { spans } = await running.trace((source) =>
        source.transaction((manager) => manager.query(byEmail, [SECRET])),
      );
      const address = database.running.attributes;
      const ofEvery = {
        'db.system.name': database.system,
        'db.system': database.system,
        'db.name': address['db.namespace'],
        'net.peer.name': address['server.address'],
        'net.peer.port': address['server.port'],
      };
      const ofBegin = { 'db.operation': dialect.beginSummary.split(' ', 1)[0] };
      expectTrace(
        spans,
        work([
          {
            name: 'transaction',
            attributes: { ...ofEvery, 'db.statement': undefined, 'db.operation': undefined },
            children: [
              { name: dialect.beginSummary, attributes: { ...ofEvery, ...ofBegin } },
              {
                name: 'SELECT authors',
                attributes: {
                  ...ofEvery,
                  'db.query.text': byEmail,
                  'db.statement': byEmail,
                  'db.operation': 'SELECT',
                },
              },
              { name: 'COMMIT', attributes: { ...ofEvery, 'db.operation': 'COMMIT' } },
            ],
          },
        ]),
      );
      expectNoSecrets(spans, [SECRET]);
    });

    it('has the old names on nothing when it did not ask', async () => {
      const running = await start();
      const { spans } = await running.trace((source) => source.query('SELECT 1'));
      const keys = spans.flatMap(({ attributes }) => Object.keys(attributes));
      expect(
        keys.filter((key) => /^(db\.(system|name|statement|operation)|net\..*)$/.test(key)),
      ).toEqual([]);
    });

    it.each<[what: string, subscribers: (typeof OtelTypeOrmSubscriber)[]]>([
      ['', []],
      [' although the subscriber is listed', [OtelTypeOrmSubscriber]],
    ])('sees no query with `typeorm: false`%s', async (_what, subscribers) => {
      const running = await start({ otel: { typeorm: false }, typeorm: { subscribers } });
      const { spans } = await running.trace((source) =>
        source.transaction((manager) => manager.query(byEmail, [SECRET])),
      );
      expectTrace(spans, work([]));
      expect(running.source.subscribers).toHaveLength(subscribers.length);
    });

    it('leaves the DataSource as it is with `typeorm: false`', async () => {
      const running = await start({ otel: { typeorm: false } });
      expect(running.source.subscribers).toEqual([]);
      expectUntouched(running.source);
    });

    it('leaves the DataSource as it is when tracing is off', async () => {
      const running = await start({ otel: { enabled: false } });
      await running.library.work((source) => source.getRepository(Author).count());
      expect(running.telemetry.spans()).toEqual([]);
      expect(running.source.subscribers).toEqual([]);
      expectUntouched(running.source);
    });

    it('keeps quiet when tracing is off and the subscriber is listed', async () => {
      const running = await start({
        otel: { enabled: false },
        typeorm: { subscribers: [OtelTypeOrmSubscriber] },
      });
      const runner = running.source.createQueryRunner();
      await running.library.work(() => useEverything(runner));
      expect(running.telemetry.spans()).toEqual([]);
      expectUntouched(running.source);
      expect(pendingOf(running.source, runner)).toBe(0);
      await runner.release();
    });

    it('records nothing of a request that is not sampled, and keeps nothing of it', async () => {
      const running = await start({ otel: { sampling: { strategy: 'never' } } });
      const runner = running.source.createQueryRunner();
      await running.library.work(() => useEverything(runner));
      await call(`${running.url}/nowhere`);
      expect(running.telemetry.spans()).toEqual([]);
      expect(running.telemetry.openSpans()).toEqual([]);
      expect(pendingOf(running.source, runner)).toBe(0);
      await runner.release();
    });

    it('keeps nothing of the queries that were recorded either', async () => {
      const running = await start();
      const runner = running.source.createQueryRunner();
      const { spans } = await running.trace(() => useEverything(runner));
      expect(spans).toHaveLength(6);
      expect(pendingOf(running.source, runner)).toBe(0);
      await runner.release();
    });

    it('has its queries apart from those of another one in the process', async () => {
      const module = {
        imports: [TypeOrmModule.forFeature([Author])],
        controllers: [AuthorsController],
      };
      const first = await start({ module });
      const second = await startLibrary(database.running, { module });
      const oneRequest = {
        name: 'GET /authors/count',
        kind: 'SERVER',
        children: [query(database, 'SELECT authors')],
      } as const;
      first.telemetry.clear();
      await call(`${second.url}/authors/count`);
      expectTrace(await second.telemetry.waitForTrace(), oneRequest);
      expect(first.telemetry.spans()).toEqual([]);
      await call(`${first.url}/authors/count`);
      expectTrace(await first.telemetry.waitForTrace(), oneRequest);
      expect(second.telemetry.spans()).toHaveLength(2);
      await second.close();
    });
  });
}

/** Whatever is put on a DataSource would be a property of its own. */
function expectUntouched(source: DataSource): void {
  const list = Object.getOwnPropertyDescriptor(source, 'subscribers');
  expect(list?.get).toBeUndefined();
  expect(Object.hasOwn(source, 'createQueryRunner')).toBe(false);
  const runner = source.createQueryRunner();
  expect(Object.hasOwn(runner, 'query')).toBe(false);
}

/** A transaction, and a query that fails. */
async function useEverything(runner: QueryRunner): Promise<void> {
  await runner.startTransaction();
  await runner.query('SELECT 1');
  await runner.commitTransaction();
  await runner.query('SELECT * FROM nowhere').catch(() => undefined);
}

/** How many queries of a runner the subscriber still waits for. */
function pendingOf({ subscribers }: DataSource, runner: QueryRunner): number {
  const subscriber = subscribers.find((each) => 'pending' in each) as unknown as {
    readonly pending: { countOf(of: QueryRunner): number };
  };
  return subscriber.pending.countOf(runner);
}
