import type { Attributes } from '@opentelemetry/api';
import { OtelTypeOrmSubscriber } from 'nestrace/typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CollectedMetrics, histogramsOf } from '../../../support/collected-metrics.js';
import type { GivenDatabase } from '../databases/describe-on.js';
import { Author } from '../library/entities.js';
import { startLibrary, type LibraryApp, type LibraryOptions } from '../library/library-app.js';

const NAME = 'db.client.operation.duration';

export function durationsSuite(database: GivenDatabase): void {
  describe('durations of queries', () => {
    let collected: CollectedMetrics;
    let app: LibraryApp | undefined;

    beforeEach(() => {
      collected = new CollectedMetrics();
    });
    afterEach(async () => {
      await app?.close();
      app = undefined;
      await collected.close();
    });

    /** The metrics begin after the start, whose queries are another matter. */
    async function start(options: LibraryOptions = {}): Promise<LibraryApp> {
      app = await startLibrary(database.running, options);
      collected.register();
      return app;
    }

    /** What every query of this database tells. */
    function always(): Attributes {
      const { 'nest.type': _, ...rest } = {
        'db.system.name': database.system,
        ...database.running.attributes,
      } as Record<string, string | undefined>;
      return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    }

    async function measured(): Promise<ReadonlyMap<string, Attributes>> {
      const points = histogramsOf((await collected.read()).get(NAME));
      return new Map(
        points.map(({ attributes, value }) => {
          const { 'db.query.summary': summary, ...rest } = attributes;
          return [`${String(summary)} ×${value.count}`, rest];
        }),
      );
    }

    it('have the name, unit and buckets of the convention', async () => {
      const running = await start();
      await running.trace((source) => source.query('SELECT name FROM authors'));
      const data = (await collected.read()).get(NAME);
      expect(data?.descriptor).toMatchObject({ name: NAME, unit: 's', type: 'HISTOGRAM' });
      const [point] = histogramsOf(data);
      expect(point?.value.buckets.boundaries).toEqual([
        0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10,
      ]);
    });

    it('are those of the spans', async () => {
      const running = await start();
      const { spans } = await running.trace((source) => source.query('SELECT name FROM authors'));
      const [point] = histogramsOf((await collected.read()).get(NAME));
      const span = spans.find(({ name }) => name === 'SELECT authors');
      // Times of spans are told to a quarter of a microsecond.
      expect(point?.value.sum).toBeCloseTo((span?.durationMs ?? 0) / 1000, 6);
    });

    it.each(['always', 'never'] as const)('tell the same, sampled %s', async (strategy) => {
      const running = await start({ otel: { sampling: { strategy } } });
      await running.trace(async (source) => {
        await source.query('SELECT name FROM authors');
        await source.query("SELECT name FROM authors WHERE email = 'ann@secret.example.org'");
        await source.getRepository(Author).count();
      });
      expect(await measured()).toEqual(new Map([['SELECT authors ×3', always()]]));
    });

    it.each(['always', 'never'] as const)('tell failures, sampled %s', async (strategy) => {
      const running = await start({ otel: { sampling: { strategy } } });
      await running.trace((source) => source.query('SELECT * FROM nowhere'));
      const error = Object.entries(database.errors.missingTable).filter(
        ([, value]) => value !== undefined,
      );
      expect(await measured()).toEqual(
        new Map([['SELECT nowhere ×1', { ...always(), ...Object.fromEntries(error) }]]),
      );
    });

    it('tell each query of a transaction', async () => {
      const running = await start({ otel: { sampling: { strategy: 'never' } } });
      await running.trace((source) =>
        source.transaction((manager) => manager.query('SELECT name FROM authors')),
      );
      expect([...(await measured()).keys()].toSorted()).toEqual(
        [`${database.dialect.beginSummary} ×1`, 'COMMIT ×1', 'SELECT authors ×1'].toSorted(),
      );
    });

    it('tell what was run at the start', async () => {
      collected.register();
      app = await startLibrary(database.running, {
        otel: { sampling: { strategy: 'never' } },
        typeorm: { subscribers: [OtelTypeOrmSubscriber] },
      });
      const created = [...(await measured()).keys()].filter((key) => key.startsWith('CREATE'));
      expect(created.length).toBeGreaterThanOrEqual(2);
    });

    it.each([{ metrics: false }, { metrics: { durations: false } }, { typeorm: false }] as const)(
      'are not there with %o',
      async (otel) => {
        const running = await start({ otel });
        await running.trace((source) => source.query('SELECT name FROM authors'));
        expect((await collected.read()).has(NAME)).toBe(false);
      },
    );
  });
}
