import { describe, expect, it } from 'vitest';
import {
  MYSQL,
  POSTGRESQL,
  SQL_SERVER,
  SQLITE,
  type Dialect,
} from '../../../../libs/nestrace/src/core/sql/dialect.js';
import { summarize } from '../../../../libs/nestrace/src/core/sql/summarize.js';
import { tokenize } from '../../../../libs/nestrace/src/core/sql/tokenize.js';
import { Random } from '../../support/random.js';

type Case = [sql: string, expected: string, dialect?: Dialect];

function summaryOf(sql: string, dialect: Dialect = POSTGRESQL): string {
  return summarize(tokenize(sql, dialect));
}

describe('summarize', () => {
  describe('names the operation and its table', () => {
    it.each<Case>([
      ['SELECT * FROM orders', 'SELECT orders'],
      ['select * from orders', 'SELECT orders'],
      ['SELECT 1', 'SELECT'],
      ['INSERT INTO orders VALUES (1)', 'INSERT orders'],
      ['INSERT INTO "orders"("id", "total") VALUES (DEFAULT, $1) RETURNING "id"', 'INSERT orders'],
      ['INSERT OR IGNORE INTO "orders"("id") VALUES (?)', 'INSERT orders', SQLITE],
      ['INSERT OR REPLACE INTO "orders"("id") VALUES (?)', 'INSERT orders', SQLITE],
      ['UPDATE OR ROLLBACK "orders" SET "a" = ?', 'UPDATE orders', SQLITE],
      ['INSERT IGNORE INTO `orders`(`id`) VALUES (?)', 'INSERT orders', MYSQL],
      ['INSERT LOW_PRIORITY orders VALUES (1)', 'INSERT orders', MYSQL],
      ['REPLACE INTO `orders` VALUES (1)', 'REPLACE orders', MYSQL],
      ['UPDATE "orders" SET "total" = $1 WHERE "id" = $2', 'UPDATE orders'],
      ['UPDATE ONLY orders SET a = 1', 'UPDATE orders'],
      ['DELETE FROM "orders" WHERE "id" IN ($1)', 'DELETE orders'],
      ['DELETE QUICK FROM orders', 'DELETE orders', MYSQL],
      ['TRUNCATE TABLE "orders"', 'TRUNCATE orders'],
      ['TRUNCATE orders', 'TRUNCATE orders'],
      ['MERGE INTO orders USING carts ON a = b WHEN MATCHED THEN UPDATE SET c = d', 'MERGE orders'],
      ['CALL ship_orders(1)', 'CALL ship_orders'],
      ['EXEC ship_orders 1', 'EXEC ship_orders', SQL_SERVER],
    ])('%s', (sql, expected, dialect) => {
      expect(summaryOf(sql, dialect)).toBe(expected);
    });
  });

  describe('keeps the names of schema and database', () => {
    it.each<Case>([
      ['SELECT * FROM shop.orders', 'SELECT shop.orders'],
      ['SELECT * FROM "shop"."public"."orders" "o"', 'SELECT shop.public.orders'],
      ['SELECT * FROM [shop].[dbo].[my orders]', 'SELECT shop.dbo.my orders', SQL_SERVER],
      ['UPDATE `shop`.`orders` SET a = 1', 'UPDATE shop.orders', MYSQL],
    ])('%s', (sql, expected, dialect) => {
      expect(summaryOf(sql, dialect)).toBe(expected);
    });
  });

  describe('lists several tables in the order they stand', () => {
    it.each<Case>([
      ['SELECT * FROM songs, artists', 'SELECT songs artists'],
      ['SELECT * FROM songs s, artists AS a, labels', 'SELECT songs artists labels'],
      [
        'SELECT * FROM "orders" "o" LEFT JOIN "items" "i" ON "i"."orderId"="o"."id" INNER JOIN "products" "p" ON 1=1',
        'SELECT orders items products',
      ],
      ['SELECT * FROM a STRAIGHT_JOIN b', 'SELECT a b', MYSQL],
      ['SELECT * FROM a CROSS JOIN LATERAL (SELECT * FROM b) x', 'SELECT a SELECT b'],
      [
        'SELECT order_date FROM (SELECT * FROM orders o JOIN customers c ON o.c = c.id)',
        'SELECT SELECT orders customers',
      ],
      ['INSERT INTO shipping SELECT id FROM orders', 'INSERT shipping SELECT orders'],
      ['SELECT a FROM b UNION ALL SELECT c FROM d', 'SELECT b SELECT d'],
      ['(SELECT a FROM b) UNION (SELECT c FROM d)', 'SELECT b SELECT d'],
      ['SELECT a FROM b WHERE c IN (SELECT d FROM e)', 'SELECT b SELECT e'],
      ['UPDATE a SET b = (SELECT max(c) FROM d)', 'UPDATE a SELECT d'],
      ['SELECT EXISTS (SELECT 1 FROM a)', 'SELECT SELECT a'],
      ['DELETE FROM a WHERE NOT EXISTS (SELECT 1 FROM b)', 'DELETE a SELECT b'],
      ['SELECT coalesce((SELECT a FROM b), 0)', 'SELECT SELECT b'],
      ['CREATE TABLE a AS SELECT * FROM b', 'CREATE TABLE a SELECT b'],
      ['EXPLAIN SELECT * FROM a', 'EXPLAIN SELECT a'],
      ['BEGIN; UPDATE a SET b = 1; COMMIT', 'BEGIN UPDATE a COMMIT'],
    ])('%s', (sql, expected, dialect) => {
      expect(summaryOf(sql, dialect)).toBe(expected);
    });
  });

  describe('reads the parts of a WITH', () => {
    it.each<Case>([
      ['WITH a AS (SELECT * FROM b) SELECT * FROM a', 'SELECT b SELECT a'],
      [
        'WITH a AS (SELECT 1), b AS (SELECT 2 FROM c) UPDATE d SET e = 1',
        'SELECT SELECT c UPDATE d',
      ],
      ['WITH a (x, y) AS (SELECT 1, 2) INSERT INTO b SELECT * FROM a', 'SELECT INSERT b SELECT a'],
      [
        'WITH a AS (DELETE FROM b RETURNING *) INSERT INTO c SELECT * FROM a',
        'DELETE b INSERT c SELECT a',
      ],
      ['WITH v AS (VALUES (1)) INSERT INTO t SELECT * FROM v', 'INSERT t SELECT v'],
      [
        'WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n+1 FROM t) SELECT sum(n) FROM t',
        'SELECT t SELECT t',
      ],
    ])('%s', (sql, expected) => {
      expect(summaryOf(sql)).toBe(expected);
    });
  });

  describe('does not take other words for tables or operations', () => {
    it.each<Case>([
      ['SELECT extract(year FROM created) FROM orders', 'SELECT orders'],
      ["SELECT trim(BOTH ' ' FROM name), substring(a FROM 2) FROM t", 'SELECT t'],
      ['SELECT a IS DISTINCT FROM b FROM t', 'SELECT t'],
      ['SELECT * FROM t WHERE a IS NOT DISTINCT FROM b', 'SELECT t'],
      ['SELECT * FROM orders WHERE id = 1 FOR UPDATE', 'SELECT orders'],
      ['INSERT INTO t(a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 1', 'INSERT t'],
      ['INSERT INTO t(a) VALUES (1) ON CONFLICT DO NOTHING', 'INSERT t'],
      ['INSERT INTO t(a) VALUES (1) ON DUPLICATE KEY UPDATE b = 1', 'INSERT t', MYSQL],
      ["SELECT 'FROM secret' FROM t", 'SELECT t'],
      ['SELECT a /* FROM secret */ FROM t -- JOIN secret', 'SELECT t'],
      ['SELECT "from", "select" FROM "update"', 'SELECT update'],
      ['SELECT "from secret" FROM t', 'SELECT t', MYSQL],
      ['SELECT * FROM t ORDER BY a, b', 'SELECT t'],
      ['SELECT * FROM t GROUP BY a, b HAVING count(*) > 1', 'SELECT t'],
      ['SELECT * FROM t LIMIT 1, 2', 'SELECT t', MYSQL],
      ['SELECT * FROM t WHERE a = 1', 'SELECT t'],
      ['SELECT * FROM $1', 'SELECT'],
      ["SELECT * FROM 'orders'", 'SELECT'],
    ])('%s', (sql, expected, dialect) => {
      expect(summaryOf(sql, dialect)).toBe(expected);
    });
  });

  describe('puts the kind of object to the operation of a definition', () => {
    it.each<Case>([
      [
        'CREATE TABLE "orders" ("id" SERIAL NOT NULL, CONSTRAINT "PK_1" PRIMARY KEY ("id"))',
        'CREATE TABLE orders',
      ],
      ['CREATE TABLE IF NOT EXISTS orders (id int)', 'CREATE TABLE orders'],
      [
        'CREATE TABLE `orders` (`id` int NOT NULL AUTO_INCREMENT, PRIMARY KEY (`id`)) ENGINE=InnoDB',
        'CREATE TABLE orders',
        MYSQL,
      ],
      ['CREATE TEMPORARY TABLE orders (id int)', 'CREATE TABLE orders'],
      [
        'ALTER TABLE "items" ADD CONSTRAINT "FK_1" FOREIGN KEY ("orderId") REFERENCES "orders"("id")',
        'ALTER TABLE items',
      ],
      ['ALTER TABLE ONLY items DROP COLUMN a', 'ALTER TABLE items'],
      ['DROP TABLE IF EXISTS "orders" CASCADE', 'DROP TABLE orders'],
      ['CREATE UNIQUE INDEX "IDX_1" ON "orders" ("number")', 'CREATE INDEX IDX_1'],
      ['CREATE INDEX CONCURRENTLY IF NOT EXISTS idx ON orders (a)', 'CREATE INDEX idx'],
      ['DROP INDEX `IDX_1` ON `orders`', 'DROP INDEX IDX_1', MYSQL],
      ['CREATE OR REPLACE VIEW v AS SELECT * FROM t', 'CREATE VIEW v SELECT t'],
      [
        "CREATE TYPE \"orders_status_enum\" AS ENUM('open', 'paid')",
        'CREATE TYPE orders_status_enum',
      ],
      ['CREATE EXTENSION IF NOT EXISTS "uuid-ossp"', 'CREATE EXTENSION uuid-ossp'],
      [
        'CREATE SEQUENCE IF NOT EXISTS "orders_id_seq" OWNED BY "orders"."id"',
        'CREATE SEQUENCE orders_id_seq',
      ],
      ['CREATE DATABASE shop', 'CREATE DATABASE shop'],
      ['CREATE SCHEMA "shop"', 'CREATE SCHEMA shop'],
      ['ALTER SYSTEM SET a = 1', 'ALTER'],
    ])('%s', (sql, expected, dialect) => {
      expect(summaryOf(sql, dialect)).toBe(expected);
    });
  });

  describe('names everything else by its first word', () => {
    it.each<Case>([
      ['START TRANSACTION', 'START TRANSACTION'],
      ['BEGIN TRANSACTION', 'BEGIN'],
      ['COMMIT', 'COMMIT'],
      ['ROLLBACK', 'ROLLBACK'],
      ['SAVEPOINT typeorm_1', 'SAVEPOINT'],
      ['RELEASE SAVEPOINT typeorm_1', 'RELEASE'],
      ['ROLLBACK TO SAVEPOINT typeorm_1', 'ROLLBACK'],
      ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'SET'],
      ['PRAGMA foreign_keys = ON', 'PRAGMA', SQLITE],
      ['SHOW server_version', 'SHOW'],
      ['VALUES (1), (2)', 'VALUES'],
      ['VACUUM', 'VACUUM'],
      ['SELEKT 1', 'SELEKT'],
    ])('%s', (sql, expected, dialect) => {
      expect(summaryOf(sql, dialect)).toBe(expected);
    });
  });

  it.each(['', ' ', ';', '-- nothing', '()', "'text'", '42', ')))', '((('])(
    'says nothing about %j',
    (sql) => {
      expect(summaryOf(sql)).toBe('');
    },
  );

  it('is cut between two parts when it gets longer than 255 characters', () => {
    const tables = Array.from({ length: 50 }, (_, index) => `table_number_${index}`);
    const summary = summaryOf(`SELECT * FROM ${tables.join(', ')}`);
    expect(summary.length).toBeLessThanOrEqual(255);
    const parts = summary.split(' ');
    expect(parts).toEqual(['SELECT', ...tables.slice(0, parts.length - 1)]);
    expect(parts.length).toBeGreaterThan(10);
  });

  it('leaves out a name that is too long by itself', () => {
    expect(summaryOf(`SELECT * FROM "${'x'.repeat(300)}"`)).toBe('SELECT');
  });

  it('never shows a literal, however odd the text', () => {
    const random = new Random(3);
    const pieces = [
      'SELECT',
      'FROM',
      'INTO',
      'UPDATE',
      'WITH',
      'AS',
      'CREATE',
      'TABLE',
      'JOIN',
      'VALUES',
      "'hunter2'",
      '908172',
      '$$hunter2$$',
      '/* hunter2 */',
      '-- hunter2\n',
      "E'\\'hunter2'",
      '(',
      ')',
      ',',
      ';',
      '.',
      'a',
      '"b"',
      '$1',
      '*',
    ];
    for (let round = 0; round < 3000; round++) {
      const sql = random.listOf(random.between(0, 30), () => random.oneOf(pieces)).join(' ');
      expect(summaryOf(sql), sql).not.toMatch(/hunter2|908172/);
    }
  });

  it.each([
    '(',
    ')',
    ',',
    'FROM a,',
    'FROM a b,',
    '(SELECT ',
    'WITH a AS (',
    'CREATE ',
    'a.',
    'JOIN a ',
    ';SELECT ',
    'INSERT OR ',
  ])('looks at the tokens of a long text full of %j a limited number of times', (piece) => {
    const tokens = tokenize(piece.repeat(10_000 / piece.length), POSTGRESQL);
    let looks = 0;
    const counted = new Proxy(tokens, {
      get: (target, key): unknown => {
        looks++;
        return Reflect.get(target, key);
      },
    });
    summarize(counted);
    expect(looks).toBeLessThan(40 * tokens.length + 100);
  });
});
