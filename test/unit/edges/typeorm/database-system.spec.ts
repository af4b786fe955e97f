import { describe, expect, it } from 'vitest';
import { DatabaseSystem } from '../../../../libs/nestrace/src/edges/typeorm/database-system.js';
import type { DataSourceLike } from '../../../../libs/nestrace/src/edges/typeorm/typeorm-shapes.js';
import { dataSource, runner } from '../../support/typeorm-doubles.js';

type Options = DataSourceLike['options'];

function system(options: Options): DatabaseSystem {
  return new DatabaseSystem(dataSource(options));
}

function attributes(options: Options, connection?: unknown, legacyNames = false): object {
  return system(options).attributesFor(runner(connection), legacyNames);
}

describe('DatabaseSystem', () => {
  it.each([
    ['postgres', 'postgresql'],
    ['aurora-postgres', 'postgresql'],
    ['cockroachdb', 'cockroachdb'],
    ['mysql', 'mysql'],
    ['aurora-mysql', 'mysql'],
    ['mariadb', 'mariadb'],
    ['mssql', 'microsoft.sql_server'],
    ['oracle', 'oracle.db'],
    ['sap', 'sap.hana'],
    ['spanner', 'gcp.spanner'],
    ['better-sqlite3', 'sqlite'],
    ['sqlite', 'sqlite'],
    ['sqljs', 'sqlite'],
    ['expo', 'sqlite'],
    ['something-new', 'other_sql'],
  ])('calls %s by its name in the conventions, %s', (type, name) => {
    expect(system({ type }).name).toBe(name);
    expect(attributes({ type })).toEqual({ 'nest.type': 'db.query', 'db.system.name': name });
  });

  it('reads SQL the way the database does', () => {
    const sql = 'SELECT "a" FROM t';
    expect(system({ type: 'mariadb' }).statements.read(sql).masked).toBe('SELECT ? FROM t');
    expect(system({ type: 'postgres' }).statements.read(sql).masked).toBe(sql);
    expect(system({ type: 'sqljs' }).statements.read("SELECT [it's]").masked).toBe("SELECT [it's]");
  });

  describe('namespace', () => {
    it.each<[what: string, options: Options, expected: string | undefined]>([
      ['the database', { type: 'mysql', database: 'shop' }, 'shop'],
      [
        'database and schema',
        { type: 'postgres', database: 'shop', schema: 'sales' },
        'shop|sales',
      ],
      ['the file of SQLite', { type: 'better-sqlite3', database: 'shop.db' }, 'shop.db'],
      [
        'the database of the URL',
        { type: 'postgres', url: 'postgres://u:p@db/shop?ssl=true' },
        'shop',
      ],
      [
        'what the URL says before what stands beside it',
        { type: 'postgres', url: 'postgres://db/shop', database: 'other' },
        'shop',
      ],
      [
        'what stands beside a URL without database',
        { type: 'postgres', url: 'postgres://db/', database: 'shop' },
        'shop',
      ],
      [
        'a name that had to be encoded',
        { type: 'postgres', url: 'postgres://db/my%20sh%C3%B6p' },
        'my shöp',
      ],
      [
        'a name that is badly encoded, as it stands',
        { type: 'postgres', url: 'postgres://db/50%' },
        '50%',
      ],
      [
        'the database of the server that is written to',
        {
          type: 'postgres',
          replication: { master: { database: 'shop' }, slaves: [{ database: 'copy' }] },
        },
        'shop',
      ],
      ['nothing without a database', { type: 'postgres', schema: 'sales' }, undefined],
      ['nothing of an empty name', { type: 'postgres', database: '' }, undefined],
      ['nothing of a URL that is none', { type: 'postgres', url: 'shop' }, undefined],
      [
        'nothing of a whole database in memory',
        { type: 'sqljs', database: new Uint8Array(8) },
        undefined,
      ],
    ])('is %s', (_what, options, expected) => {
      const found = attributes(options) as Record<string, unknown>;
      expect(found['db.namespace']).toBe(expected);
    });
  });

  describe('address', () => {
    const address = (options: Options, connection?: unknown): unknown[] => {
      const found = attributes(options, connection) as Record<string, unknown>;
      return [found['server.address'], found['server.port']];
    };

    it.each<[what: string, options: Options, connection: unknown, expected: unknown[]]>([
      [
        'host and port of the options',
        { type: 'postgres', host: 'db', port: 5433 },
        undefined,
        ['db', 5433],
      ],
      [
        'no port that is the default one',
        { type: 'postgres', host: 'db', port: 5432 },
        undefined,
        ['db', undefined],
      ],
      [
        'the default port of another database',
        { type: 'mysql', host: 'db', port: 5432 },
        undefined,
        ['db', 5432],
      ],
      [
        'host and port of the URL',
        { type: 'postgres', url: 'postgres://u:p@db:5433/shop' },
        undefined,
        ['db', 5433],
      ],
      [
        'the URL before what stands beside it',
        { type: 'mysql', url: 'mysql://db:3307/shop', host: 'other', port: 1 },
        undefined,
        ['db', 3307],
      ],
      [
        'the port beside a URL without one',
        { type: 'mysql', url: 'mysql://db/shop', port: 3307 },
        undefined,
        ['db', 3307],
      ],
      [
        'the server that is written to',
        { type: 'postgres', replication: { master: { host: 'main', port: 5433 }, slaves: [] } },
        undefined,
        ['main', 5433],
      ],
      [
        'nothing for a file',
        { type: 'better-sqlite3', database: 'shop.db' },
        undefined,
        [undefined, undefined],
      ],
      [
        'nothing of a port without host',
        { type: 'postgres', port: 5433 },
        undefined,
        [undefined, undefined],
      ],
      [
        'nothing of a URL without host',
        { type: 'postgres', url: 'postgres:///shop?host=/tmp' },
        undefined,
        [undefined, undefined],
      ],
      [
        'the client of pg before the options',
        { type: 'postgres', host: 'db' },
        { host: 'replica', port: 5433 },
        ['replica', 5433],
      ],
      [
        'the connection of mysql2 before the options',
        { type: 'mysql', host: 'db' },
        { config: { host: 'replica', port: 3307 } },
        ['replica', 3307],
      ],
      [
        'the socket of mysql2',
        { type: 'mysql', socketPath: '/s' } as Options,
        { config: { host: 'localhost', port: 3306, socketPath: '/s' } },
        ['/s', undefined],
      ],
      [
        'the options where a connection says nothing',
        { type: 'mssql', host: 'db' },
        { config: {} },
        ['db', undefined],
      ],
      [
        'no port that is no number',
        { type: 'postgres', host: 'db', port: '5433' },
        undefined,
        ['db', undefined],
      ],
    ])('is %s', (_what, options, connection, expected) => {
      expect(address(options, connection)).toEqual(expected);
    });
  });

  it('adds the old names when asked to, with the port even if it is the default one', () => {
    const options = { type: 'postgres', host: 'db', port: 5432, database: 'shop', schema: 'sales' };
    expect(attributes(options, undefined, true)).toEqual({
      'nest.type': 'db.query',
      'db.system.name': 'postgresql',
      'db.namespace': 'shop|sales',
      'server.address': 'db',
      'db.system': 'postgresql',
      'db.name': 'shop',
      'net.peer.name': 'db',
      'net.peer.port': 5432,
    });
  });

  it.each([
    ['mssql', 'mssql'],
    ['oracle', 'oracle'],
    ['sap', 'hanadb'],
    ['spanner', 'spanner'],
    ['mariadb', 'mariadb'],
  ])('knows that %s used to be called %s', (type, name) => {
    expect(attributes({ type }, undefined, true)).toMatchObject({ 'db.system': name });
  });

  describe('code of an error', () => {
    it.each<[what: string, type: string, error: unknown, expected: string | undefined]>([
      ['SQLSTATE', 'postgres', { code: '23505' }, '23505'],
      [
        'the number of MySQL',
        'mysql',
        { code: 'ER_DUP_ENTRY', errno: 1062, sqlState: '23000' },
        '1062',
      ],
      ['the code of SQLite', 'better-sqlite3', { code: 'SQLITE_BUSY' }, 'SQLITE_BUSY'],
      ['the number of SQL Server', 'mssql', { number: 2627 }, '2627'],
      ['the number of Oracle', 'oracle', { errorNum: 1 }, '1'],
      ['nothing where there is none', 'sqljs', new Error('no'), undefined],
      [
        'nothing of a broken connection to PostgreSQL',
        'postgres',
        { code: 'ECONNRESET', errno: -104, syscall: 'read' },
        undefined,
      ],
      [
        'nothing of a broken connection to MySQL',
        'mysql',
        { code: 'ECONNRESET', errno: -104, syscall: 'read' },
        undefined,
      ],
      ['nothing of an error of Node', 'postgres', { code: 'ERR_STREAM_DESTROYED' }, undefined],
      [
        'nothing of an error of mysql2 itself',
        'mysql',
        { code: 'PROTOCOL_CONNECTION_LOST' },
        undefined,
      ],
      ['nothing of a code that is an object', 'postgres', { code: {} }, undefined],
      ['nothing of no error', 'postgres', undefined, undefined],
      ['nothing of a thrown text', 'postgres', '23505', undefined],
      ['nothing of null', 'postgres', null, undefined],
    ])('is %s', (_what, type, error, expected) => {
      expect(system({ type }).errorCode(error)).toBe(expected);
    });
  });
});
