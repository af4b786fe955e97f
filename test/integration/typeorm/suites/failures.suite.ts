import { expectTrace, type SpanExpectation } from 'nestrace/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { QueryFailedError } from 'typeorm';
import type { GivenDatabase } from '../databases/describe-on.js';
import { Author, Book } from '../library/entities.js';
import { expectNoSecrets, failedQuery, query, transaction, work } from '../library/expectations.js';
import { startLibrary, type LibraryApp } from '../library/library-app.js';
import { IS_TYPEORM_0_3 } from '../typeorm-version.js';

const SECRET = 'ann@secret.example.org';

/** What a method looks like that let the error of a query pass. */
const thrown = {
  status: 'ERROR',
  exceptions: ['QueryFailedError'],
  attributes: { 'error.type': 'QueryFailedError' },
} as const;

function insertAuthor(email: string, name = 'Ann'): Parameters<LibraryApp['trace']>[0] {
  return (source) => source.getRepository(Author).insert({ name, email });
}

export function failuresSuite(database: GivenDatabase): void {
  const { dialect } = database;

  describe('a query that fails', () => {
    let app: LibraryApp;

    beforeAll(async () => {
      app = await startLibrary(database.running);
    });
    beforeEach(async () => {
      await app.prepare((source) => source.createQueryBuilder().delete().from(Author).execute());
    });
    afterAll(() => app.close());

    it('tells the code of the database, and its method records the exception', async () => {
      await app.prepare(insertAuthor(SECRET));
      const { spans, error } = await app.trace(insertAuthor(SECRET));
      expect(error).toBeInstanceOf(QueryFailedError);
      expectTrace(spans, work([failedQuery(database, 'INSERT authors', 'duplicate')], thrown));
      expectNoSecrets(spans, [SECRET]);
    });

    it.each<[what: string, sql: string, summary: string, error: keyof GivenDatabase['errors']]>([
      ['that is no SQL', 'SELEKT 1', 'SELEKT', 'syntax'],
      ['of a table that is not there', 'SELECT * FROM nowhere', 'SELECT nowhere', 'missingTable'],
      [
        'that breaks a reference',
        'INSERT INTO books (title, pages, "authorId") VALUES (\'A\', 1, 4711)',
        'INSERT books',
        'missingParent',
      ],
    ])('is told apart from others: one %s', async (_what, sql, summary, code) => {
      // sql.js only minds references when it is told to.
      if (!dialect.isPooled)
        await app.prepare((source) => source.query('PRAGMA foreign_keys = ON'));
      const { spans, error } = await app.trace((source) =>
        source.query(sql.replaceAll('"', dialect.quote)),
      );
      expect(error).toBeInstanceOf(Error);
      const { name } = error as Error;
      expectTrace(
        spans,
        work([failedQuery(database, summary, code)], {
          status: 'ERROR',
          exceptions: [name],
          attributes: { 'error.type': name },
        }),
      );
    });

    it('is recorded once, by the innermost method it passes', async () => {
      const { spans } = await app.trace((_source, library) =>
        library.part((source) => source.query('SELECT * FROM nowhere')),
      );
      const part: SpanExpectation = {
        name: 'Library.part',
        status: 'ERROR',
        exceptions: [expectedException(database)],
        children: [failedQuery(database, 'SELECT nowhere', 'missingTable')],
      };
      expectTrace(spans, work([part], { status: 'ERROR', exceptions: [] }));
    });

    it('leaves a method alone that deals with it', async () => {
      const { spans } = await app.trace((source) =>
        source.query('SELECT * FROM nowhere').catch(() => source.query('SELECT 1')),
      );
      expectTrace(
        spans,
        work([failedQuery(database, 'SELECT nowhere', 'missingTable'), query(database, 'SELECT')]),
      );
    });

    it('rolls its transaction back, which is no error of the transaction', async () => {
      await app.prepare(insertAuthor(SECRET));
      const { spans } = await app.trace((source) =>
        source.getRepository(Author).save({ name: 'Ann', email: SECRET }),
      );
      expectTrace(
        spans,
        work(
          [
            transaction(database, 'rollback', [
              failedQuery(database, 'INSERT authors', 'duplicate'),
            ]),
          ],
          thrown,
        ),
      );
      expectNoSecrets(spans, [SECRET]);
    });

    it('keeps the way to the code that ran it in the stack, as far as TypeORM does', async () => {
      async function theCodeThatRanIt(): Promise<string> {
        await app.source.query('SELECT * FROM nowhere');
        return '';
      }
      const untracedStack = await app.prepare(theCodeThatRanIt).catch(stackOf);
      const isKept = untracedStack.includes('theCodeThatRanIt');
      const { spans, error } = await app.trace(theCodeThatRanIt);
      expect(stackOf(error).includes('theCodeThatRanIt')).toBe(isKept);
      const recorded = spans.find(({ name }) => name === 'Library.work')?.events[0]?.attributes;
      expect(recorded?.['exception.stacktrace']).toBe(stackOf(error));
    });

    it('ends, and lets the next ones go on', async () => {
      for (let round = 0; round < 3; round++) {
        const { spans } = await app.trace((source) =>
          source.query('SELECT * FROM nowhere').catch(() => undefined),
        );
        expectTrace(spans, work([failedQuery(database, 'SELECT nowhere', 'missingTable')]));
      }
    });

    describe('shows none of the values it ran with', () => {
      it.each([
        ['one is part of another', 'ann@secret.example.org', 'ann'],
        ['a quote is in it', "o'brien@secret.example.org", "O'Brien"],
      ])('even if %s', async (_what, email, name) => {
        await app.prepare(insertAuthor(email));
        const { spans, error } = await app.trace(insertAuthor(email, name));
        expect(error).toBeInstanceOf(QueryFailedError);
        expectNoSecrets(spans, [email, name, 'secret.example.org']);
      });

      it('even if it is so long that the database cuts it', async () => {
        const email = `${'long-secret-'.repeat(15)}@example.org`;
        await app.prepare(insertAuthor(email));
        const { spans } = await app.trace(insertAuthor(email));
        expectNoSecrets(spans, [email, 'long-secret']);
      });

      it('even in a bulk insert', async () => {
        const emails = Array.from({ length: 400 }, (_, index) => `secret-${index}@example.org`);
        await app.prepare(insertAuthor(emails[390] ?? ''));
        const { spans, error } = await app.trace((source) =>
          source.getRepository(Author).insert(emails.map((email) => ({ name: 'Ann', email }))),
        );
        expect(error).toBeInstanceOf(QueryFailedError);
        expectNoSecrets(spans, ['secret-390', '@example.org']);
      });

      it('even if the database quotes the statement they were put into', async () => {
        const values = ["O'Brien-Secret", SECRET, new Date('1981-04-25T13:37:00Z'), 90_817_263];
        const places = values.map((_, index) => dialect.placeholder(index + 1)).join(', ');
        const { spans, error } = await app.trace((source) =>
          source.query(`SELECT * FORM authors WHERE name IN (${places})`, values),
        );
        expect(error).toBeInstanceOf(Error);
        expectNoSecrets(spans, ['Brien', 'secret', '1981', '13:37', '90817263']);
      });

      it.each([
        ["SELECT * FORM authors WHERE email = 'ann@secret.example.org'", 'no SQL'],
        ["SELECT * FROM authors 'a' 'ann@secret.example.org'", 'no SQL where it stands'],
        ["SELECT * FROM authors WHERE email = 'ann@secret.example.org", 'not closed'],
      ])('even if they are literals of a text: %s is %s', async (sql) => {
        const { spans, error } = await app.trace((source) => source.query(sql));
        expect(error).toBeInstanceOf(Error);
        expectNoSecrets(spans, ['ann@', 'secret']);
      });

      it('even if it is of the wrong type', async () => {
        const { spans } = await app.trace(async (source) => {
          const pages = 'hunter2-secret' as unknown as number;
          await source
            .getRepository(Book)
            .insert({ title: 'A', pages })
            .catch(() => undefined);
        });
        expectNoSecrets(spans, ['hunter2', 'secret']);
      });

      it('even if it is a number or a date', async () => {
        const day = new Date('1981-04-25T13:37:00Z');
        const { spans } = await app.trace(async (source) => {
          await source
            .getRepository(Book)
            .insert({ title: day as unknown as string, pages: 9_081_726_354_001 })
            .catch(() => undefined);
        });
        expectNoSecrets(spans, ['9081726354001', '13:37']);
      });
    });
  });
}

function stackOf(reason: unknown): string {
  return (reason as Error).stack ?? '';
}

/** TypeORM 0.3 throws what better-sqlite3 says about a text as it is. */
function expectedException({ type }: GivenDatabase): string {
  const isBare = type === 'better-sqlite3' && IS_TYPEORM_0_3;
  return isBare ? 'SqliteError' : 'QueryFailedError';
}
