import { Controller, Get, Post, Query } from '@nestjs/common';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { expectTrace } from 'nestrace/testing';
import { Repository } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call } from '../../../support/client.js';
import type { GivenDatabase } from '../databases/describe-on.js';
import { Author, Book } from '../library/entities.js';
import { expectNoSecrets, query, transaction, work } from '../library/expectations.js';
import { startLibrary, type LibraryApp } from '../library/library-app.js';

const SECRET = 'ann@secret.example.org';

@Controller('authors')
class AuthorsController {
  constructor(@InjectRepository(Author) private readonly authors: Repository<Author>) {}

  @Get()
  find(@Query('name') name: string): Promise<Author[]> {
    return this.authors.findBy({ name });
  }

  @Post()
  create(): Promise<Author> {
    return this.authors.save({ name: 'Ann', email: SECRET });
  }
}

export function queriesSuite(database: GivenDatabase): void {
  const { dialect } = database;
  const q = (name: string): string => dialect.quote + name + dialect.quote;

  describe('a query', () => {
    let app: LibraryApp;

    beforeAll(async () => {
      app = await startLibrary(database.running, {
        module: {
          imports: [TypeOrmModule.forFeature([Author, Book])],
          controllers: [AuthorsController],
        },
      });
    });
    beforeEach(async () => {
      await app.prepare(async (source) => {
        await source.createQueryBuilder().delete().from(Book).execute();
        await source.createQueryBuilder().delete().from(Author).execute();
      });
      app.telemetry.clear();
    });
    afterAll(() => app.close());

    async function addAuthors(count: number): Promise<Author[]> {
      const authors = Array.from({ length: count }, (_, index) => ({
        name: `Author ${index}`,
        email: `${index}@example.org`,
      }));
      return app.prepare((source) => source.getRepository(Author).save(authors));
    }

    it('has exactly the attributes that are known about it', async () => {
      const { spans } = await app.trace((source) =>
        source.getRepository(Author).findBy({ email: SECRET }),
      );
      expectTrace(spans, work([query(database, 'SELECT authors')]));
      const known = Object.entries({
        'nest.type': 'db.query',
        'db.system.name': database.system,
        ...database.running.attributes,
        'db.query.summary': 'SELECT authors',
        'db.query.text':
          `SELECT ${q('Author')}.${q('id')} AS ${q('Author_id')}, ` +
          `${q('Author')}.${q('name')} AS ${q('Author_name')}, ` +
          `${q('Author')}.${q('email')} AS ${q('Author_email')} ` +
          `FROM ${q('authors')} ${q('Author')} ` +
          `WHERE ((${q('Author')}.${q('email')} = ${dialect.placeholder(1)}))`,
        'db.response.returned_rows': 0,
      });
      const span = spans.find(({ name }) => name === 'SELECT authors');
      expect(span?.attributes).toEqual(
        Object.fromEntries(known.filter(([, value]) => value !== undefined)),
      );
      expect(span?.events).toEqual([]);
    });

    it('is part of the request that needed it', async () => {
      await addAuthors(3);
      app.telemetry.clear();
      const answer = await call(`${app.url}/authors?name=Author%201`);
      expect(JSON.parse(answer.text)).toHaveLength(1);
      expectTrace(await app.telemetry.waitForTrace('GET /authors'), {
        name: 'GET /authors',
        kind: 'SERVER',
        children: [
          query(database, 'SELECT authors', { attributes: { 'db.response.returned_rows': 1 } }),
        ],
      });
    });

    it('is part of the transaction of the request that needed it', async () => {
      const answer = await call(`${app.url}/authors`, { method: 'POST' });
      expect(answer.status).toBe(201);
      const spans = await app.telemetry.waitForTrace('POST /authors');
      expectTrace(spans, {
        name: 'POST /authors',
        kind: 'SERVER',
        children: [transaction(database, 'commit', [query(database, 'INSERT authors')])],
      });
      expectNoSecrets(spans, [SECRET]);
    });

    it('is named by what it does, for every kind of write', async () => {
      const [author] = await addAuthors(1);
      const { spans } = await app.trace(async (source) => {
        await source.getRepository(Author).insert({ name: 'Bea', email: 'bea@example.org' });
        await source.getRepository(Author).update({ id: author?.id ?? 0 }, { name: 'Ann' });
        await source.getRepository(Author).increment({ name: 'Ann' }, 'id', 100);
        await source.getRepository(Author).delete({ name: 'Ann' });
        await source
          .getRepository(Book)
          .createQueryBuilder()
          .insert()
          .into(Book)
          .values({ title: 'A' })
          .execute();
      });
      const returned = dialect.insertReturnsRows ? 1 : undefined;
      const noRows = { attributes: { 'db.response.returned_rows': undefined } };
      expectTrace(
        spans,
        work([
          query(database, 'INSERT authors', {
            attributes: { 'db.response.returned_rows': returned },
          }),
          query(database, 'UPDATE authors', noRows),
          query(database, 'UPDATE authors', noRows),
          query(database, 'DELETE authors', noRows),
          ...(spans.some(({ name }) => name === 'SELECT books')
            ? [query(database, 'INSERT books'), query(database, 'SELECT books')]
            : [query(database, 'INSERT books')]),
        ]),
      );
    });

    it('is named by all tables it reads', async () => {
      const { spans } = await app.trace(async (source) => {
        await source.getRepository(Author).find({ relations: { books: true } });
        await source
          .getRepository(Book)
          .createQueryBuilder('book')
          .innerJoinAndSelect('book.author', 'author')
          .where((select) => {
            const inner = select.subQuery().select('max(b.id)').from(Book, 'b').getQuery();
            return `book.id = ${inner}`;
          })
          .getMany();
        await source.query(
          'WITH big AS (SELECT * FROM books WHERE pages > 500) SELECT count(*) FROM big, authors a',
        );
      });
      expectTrace(
        spans,
        work([
          query(database, 'SELECT authors books'),
          query(database, 'SELECT books authors SELECT books'),
          query(database, 'SELECT books SELECT big authors'),
        ]),
      );
    });

    it('tells how many rows it returned', async () => {
      await addAuthors(7);
      const { spans } = await app.trace(async (source) => {
        await source.query('SELECT * FROM authors');
        await source.query('SELECT * FROM authors LIMIT 3');
        await source.query('SELECT count(*) FROM authors');
        await source.query('SELECT * FROM authors WHERE id < 0');
        await source.query("UPDATE authors SET name = 'x'");
        await source.query('DELETE FROM authors WHERE id < 0');
      });
      const rows = spans.slice(0, -1).map((span) => span.attributes['db.response.returned_rows']);
      expect(rows).toEqual([7, 3, 1, 0, undefined, undefined]);
    });

    it('shows its text as it stands when it has parameters, and none of them', async () => {
      const sql =
        `SELECT name FROM authors WHERE email = ${dialect.placeholder(1)} ` +
        `AND name = ${dialect.placeholder(2)}`;
      const { spans } = await app.trace((source) => source.query(sql, [SECRET, 'also-secret']));
      expectTrace(
        spans,
        work([query(database, 'SELECT authors', { attributes: { 'db.query.text': sql } })]),
      );
      expectNoSecrets(spans, [SECRET, 'also-secret']);
    });

    it('shows its text without literals and comments when it has no parameters', async () => {
      const { spans } = await app.trace((source) =>
        source.query(
          `SELECT name /* for ${SECRET} */ FROM authors -- ${SECRET}\n` +
            `WHERE email = '${SECRET}' AND id IN (90817263, 2) AND name <> 'it''s ${SECRET}'`,
        ),
      );
      const text = 'SELECT name FROM authors WHERE email = ? AND id IN (?, ?) AND name <> ?';
      expectTrace(
        spans,
        work([
          query(database, 'SELECT authors', {
            attributes: {
              'db.query.text': (value) => String(value).replaceAll(/\s+/g, ' ') === text,
            },
          }),
        ]),
      );
      expectNoSecrets(spans, [SECRET, '90817263']);
    });

    it('shows nothing of what is written into and read from the database', async () => {
      const secrets = [SECRET, 'Secret Name', 'A Secret Title', '7654321'];
      const { spans, error } = await app.trace(async (source) => {
        const author = await source
          .getRepository(Author)
          .save({ name: 'Secret Name', email: SECRET });
        await source.getRepository(Book).save({ title: 'A Secret Title', pages: 7654321, author });
        const found = await source.getRepository(Author).findOneOrFail({
          where: { email: SECRET, books: { title: 'A Secret Title' } },
          relations: { books: true },
        });
        await source.getRepository(Book).update({ author: { id: found.id } }, { pages: 7654321 });
        await source.getRepository(Book).remove(found.books);
      });
      expect(error).toBeUndefined();
      expectNoSecrets(spans, secrets);
      expect(spans.filter(({ kind }) => kind === 'CLIENT').length).toBeGreaterThan(8);
    });

    it('is a trace of its own outside of any', async () => {
      await app.source.query('SELECT 1');
      expectTrace(await app.telemetry.waitForTrace(), query(database, 'SELECT'));
    });

    it('that does not change anything is seen by nobody who does not look', async () => {
      await app.prepare((source) => source.query('SELECT 1'));
      expect(app.telemetry.spans()).toEqual([]);
    });
  });
}
