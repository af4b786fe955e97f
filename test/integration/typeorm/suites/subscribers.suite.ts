import { context, SpanKind } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { SamplingDecision, type Sampler } from '@opentelemetry/sdk-trace';
import { expectTrace } from 'nestrace/testing';
import { OtelTypeOrmSubscriber } from 'nestrace/typeorm';
import { EventSubscriber, type EntitySubscriberInterface } from 'typeorm';
import { afterEach, describe, expect, it } from 'vitest';
import type { GivenDatabase } from '../databases/describe-on.js';
import { Author } from '../library/entities.js';
import { query, transaction, work } from '../library/expectations.js';
import { startLibrary, type LibraryApp, type LibraryOptions } from '../library/library-app.js';
import { IS_TYPEORM_0_3 } from '../typeorm-version.js';

type QueryEvent = Parameters<NonNullable<EntitySubscriberInterface['afterQuery']>>[0];

/** What the subscribers below do; each test says it anew. */
const behaviour: {
  before?: (event: { readonly query: string }) => void | Promise<void>;
  after?: (event: QueryEvent) => void | Promise<void>;
  inserted?: (event: { readonly entity: unknown }) => Promise<void>;
} = {};

/** A subscriber of the application, which looks at queries as well. */
@EventSubscriber()
class WatchingSubscriber implements EntitySubscriberInterface {
  beforeQuery(event: { readonly query: string }): void | Promise<void> {
    return behaviour.before?.(event);
  }

  afterQuery(event: QueryEvent): void | Promise<void> {
    return behaviour.after?.(event);
  }
}

/** A subscriber of the application that is only interested in entities. */
@EventSubscriber()
class InsertSubscriber implements EntitySubscriberInterface<Author> {
  listenTo(): typeof Author {
    return Author;
  }

  async afterInsert(event: { readonly entity: unknown }): Promise<void> {
    await behaviour.inserted?.(event);
  }
}

const failure = new RangeError('of the application');

function fail(): never {
  throw failure;
}

/** TypeORM 0.3 does not wait for all of its subscribers: what they reject with is then nobody's. */
function reject(): Promise<void> {
  const rejected = Promise.reject(failure);
  rejected.catch(() => {});
  return rejected;
}

export function subscribersSuite(database: GivenDatabase): void {
  const { type } = database;
  const isMySql = type === 'mysql' || type === 'mariadb';

  describe('subscribers of the application', () => {
    let app: LibraryApp | undefined;

    afterEach(async () => {
      behaviour.before = behaviour.after = behaviour.inserted = undefined as never;
      await app?.close();
      app = undefined;
    });

    async function start(options: LibraryOptions = {}): Promise<LibraryApp> {
      app = await startLibrary(database.running, options);
      return app;
    }

    const watching = { typeorm: { subscribers: [WatchingSubscriber] } };
    const places = [
      ['before ours', [WatchingSubscriber, OtelTypeOrmSubscriber]],
      ['behind ours', [OtelTypeOrmSubscriber, WatchingSubscriber]],
      ['without ours in the list', [WatchingSubscriber]],
    ] as const;

    it('go on being called, for every query once', async () => {
      const running = await start(watching);
      const seen: string[] = [];
      behaviour.before = ({ query: text }) => void seen.push(`before ${text}`);
      behaviour.after = ({ query: text, success }) => void seen.push(`after ${text} ${success}`);
      const { spans } = await running.trace((source) => source.query('SELECT 1'));
      expectTrace(spans, work([query(database, 'SELECT')]));
      expect(seen).toEqual(['before SELECT 1', 'after SELECT 1 true']);
    });

    it('see their own queries in the trace', async () => {
      const running = await start({ typeorm: { subscribers: [InsertSubscriber] } });
      behaviour.inserted = async () => {
        await running.library.part((source) => source.query('SELECT 1'));
      };
      const { spans } = await running.trace((source) =>
        source.getRepository(Author).save({ name: 'Ann', email: 'ann@example.org' }),
      );
      const part = { name: 'Library.part', children: [query(database, 'SELECT')] };
      const [method] = [work([])];
      expectTrace(spans, {
        ...method,
        childrenInAnyOrder: true,
        children: [transaction(database, 'commit', [query(database, 'INSERT authors')]), part],
      });
    });

    it.each(places)('may take their time %s', async (_place, subscribers) => {
      const running = await start({ typeorm: { subscribers: [...subscribers] } });
      behaviour.before = behaviour.after = () => new Promise((resolve) => setImmediate(resolve));
      const { spans } = await running.trace((source) =>
        source.transaction((manager) => manager.query('SELECT 1')),
      );
      expectTrace(spans, work([transaction(database, 'commit', [query(database, 'SELECT')])]));
    });

    it('may run queries while a query begins', async () => {
      const running = await start(watching);
      let isInside = false;
      behaviour.before = async ({ query: text }) => {
        if (isInside || text !== 'SELECT 2') return;
        isInside = true;
        await running.source.query('SELECT 3');
      };
      const { spans } = await running.trace((source) => source.query('SELECT 2'));
      expectTrace(spans, work([query(database, 'SELECT'), query(database, 'SELECT')]));
    });

    describe.each(places)('that fail, %s,', (_place, subscribers) => {
      const options = { typeorm: { subscribers: [...subscribers] } };

      it.each([
        ['throw', fail],
        ['reject', reject],
      ])('leave no span open when they %s at the beginning', async (_how, act) => {
        const running = await start(options);
        behaviour.before = act;
        const { spans, error } = await running.trace((source) => source.query('SELECT 1'));
        // TypeORM 0.3 does not wait for subscribers here.
        const isUnseen = IS_TYPEORM_0_3 && type === 'better-sqlite3' && act === reject;
        expect(error).toBe(isUnseen ? undefined : failure);
        const queries = spans.filter(({ kind }) => kind === 'CLIENT');
        expect(queries.map(({ status }) => status.code)).toEqual(
          queries.map(() => (isUnseen ? 'UNSET' : 'ERROR')),
        );
        expect(queries.length).toBeLessThanOrEqual(1);
        expect(running.telemetry.openSpans()).toEqual([]);
      });

      // TypeORM 0.3 calls them in a callback of mysql2 there, from where nothing can be caught.
      it.skipIf(isMySql && IS_TYPEORM_0_3)(
        'leave no span open when they throw at the end',
        async () => {
          const running = await start(options);
          behaviour.after = fail;
          const { spans, error } = await running.trace((source) => source.query('SELECT 1'));
          expect(error).toBeInstanceOf(Error);
          expectTrace(spans, {
            name: 'Library.work',
            status: 'ERROR',
            children: [{ name: 'SELECT', kind: 'CLIENT' }],
          });
        },
      );

      it('leave no span open when they reject at the end', async () => {
        const running = await start(options);
        behaviour.after = reject;
        const { spans } = await running.trace((source) => source.query('SELECT 1'));
        expect(spans.filter(({ name }) => name === 'SELECT')).toHaveLength(1);
        behaviour.after = () => {};
        const next = await running.trace((source) => source.query('SELECT 2'));
        expectTrace(next.spans, work([query(database, 'SELECT')]));
      });

      it('do not end the span of another query', async () => {
        const running = await start(options);
        behaviour.before = ({ query: text }) => (text.includes('2') ? reject() : undefined);
        const runner = running.source.createQueryRunner();
        const { spans } = await running.trace(() =>
          Promise.allSettled(
            ['SELECT 1', 'SELECT 2', 'SELECT 1', 'SELECT 2'].map((sql) => runner.query(sql)),
          ),
        );
        await runner.release();
        const ok = spans.filter(({ kind, status }) => kind === 'CLIENT' && status.code === 'UNSET');
        expect(ok.length).toBeGreaterThanOrEqual(2);
        for (const span of ok) expect(span.attributes['db.response.returned_rows']).toBe(1);
      });
    });
  });

  describe('our subscriber', () => {
    let app: LibraryApp | undefined;

    afterEach(() => app?.close());

    it('never fails a query, whatever fails inside of it', async () => {
      let isBroken = false;
      const sampler: Sampler = {
        shouldSample: (_context, _traceId, _name, kind) => {
          if (isBroken && kind === SpanKind.CLIENT) throw new Error('no decision today');
          return { decision: SamplingDecision.RECORD_AND_SAMPLED };
        },
        toString: () => 'sometimes broken',
      };
      app = await startLibrary(database.running, { otel: { sampling: { sampler } } });
      isBroken = true;
      const { spans, result, error } = await app.trace(async (source) => {
        await source.transaction((manager) =>
          manager.insert(Author, { name: 'Ann', email: 'ann@example.org' }),
        );
        return source.getRepository(Author).countBy({ name: 'Ann' });
      });
      expect(error).toBeUndefined();
      expect(result).toBe(1);
      expect(spans.filter(({ kind }) => kind === 'CLIENT')).toEqual([]);
      isBroken = false;
      const next = await app.trace((source) => source.query('SELECT 1'));
      expectTrace(next.spans, work([query(database, 'SELECT')]));
    });

    it('records nothing where tracing is suppressed', async () => {
      app = await startLibrary(database.running);
      const { spans } = await app.trace((source) =>
        context.with(suppressTracing(context.active()), () => source.query('SELECT 1')),
      );
      expectTrace(spans, work([]));
    });
  });
}
