import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_DB_NAMESPACE,
  ATTR_DB_SYSTEM_NAME,
  ATTR_NEST_TYPE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  LEGACY,
  NEST_TYPE_DB_QUERY,
} from '../../pipeline/attributes.js';
import {
  MYSQL as MYSQL_DIALECT,
  ORACLE,
  POSTGRESQL as POSTGRESQL_DIALECT,
  SQL_SERVER,
  SQLITE as SQLITE_DIALECT,
  STANDARD,
  type Dialect,
} from '../../core/sql/dialect.js';
import { StatementReader } from '../../core/sql/statement.js';
import type { ConnectionOptionsLike, DataSourceLike, QueryRunnerLike } from './typeorm-shapes.js';

interface SystemFacts {
  readonly name: string;
  /** What `db.system` called it, where that was something else. */
  readonly legacyName?: string;
  readonly defaultPort?: number;
  readonly dialect?: Dialect;
  /** Numbers its errors instead of using SQLSTATE. */
  readonly numbersErrors?: boolean;
  /** TypeORM writes numbers into the text here, even beside placeholders. */
  readonly inlinesNumbers?: boolean;
}

const POSTGRESQL: SystemFacts = {
  name: 'postgresql',
  defaultPort: 5432,
  dialect: POSTGRESQL_DIALECT,
};
const MYSQL: SystemFacts = {
  name: 'mysql',
  defaultPort: 3306,
  dialect: MYSQL_DIALECT,
  numbersErrors: true,
};
const SQLITE: SystemFacts = { name: 'sqlite', dialect: SQLITE_DIALECT, inlinesNumbers: true };

/** `type` of a DataSource → https://opentelemetry.io/docs/specs/semconv/registry/attributes/db/#db-system-name */
const SYSTEMS: Record<string, SystemFacts> = {
  postgres: POSTGRESQL,
  'aurora-postgres': POSTGRESQL,
  mysql: MYSQL,
  'aurora-mysql': MYSQL,
  mariadb: { ...MYSQL, name: 'mariadb' },
  cockroachdb: { ...POSTGRESQL, name: 'cockroachdb', defaultPort: 26257 },
  mssql: {
    name: 'microsoft.sql_server',
    legacyName: 'mssql',
    defaultPort: 1433,
    dialect: SQL_SERVER,
  },
  oracle: { name: 'oracle.db', legacyName: 'oracle', defaultPort: 1521, dialect: ORACLE },
  sap: { name: 'sap.hana', legacyName: 'hanadb' },
  spanner: { name: 'gcp.spanner', legacyName: 'spanner', dialect: MYSQL_DIALECT },
  'better-sqlite3': SQLITE,
  capacitor: SQLITE,
  cordova: SQLITE,
  expo: SQLITE,
  nativescript: SQLITE,
  'react-native': SQLITE,
  sqlite: SQLITE,
  sqljs: SQLITE,
};

/** What is known about the database behind a DataSource. */
export class DatabaseSystem {
  readonly name: string;
  readonly statements: StatementReader;
  private readonly facts: SystemFacts;
  private readonly names: Attributes;
  private readonly fixed: Attributes;
  private readonly fixedLegacy: Attributes;
  private readonly optionsAddress: Address;

  constructor({ options }: DataSourceLike) {
    this.facts = SYSTEMS[options.type] ?? { name: 'other_sql' };
    this.name = this.facts.name;
    this.statements = new StatementReader(this.facts.dialect ?? STANDARD);
    const namespace = namespaceOf(options);
    this.names = {
      [ATTR_DB_SYSTEM_NAME]: this.name,
      ...(namespace !== undefined && { [ATTR_DB_NAMESPACE]: namespace }),
    };
    this.fixed = { [ATTR_NEST_TYPE]: NEST_TYPE_DB_QUERY, ...this.names };
    const database = databaseOf(options);
    this.fixedLegacy = {
      [LEGACY.DB_SYSTEM]: this.facts.legacyName ?? this.name,
      ...(database !== undefined && { [LEGACY.DB_NAME]: database }),
    };
    this.optionsAddress = addressOfOptions(options);
  }

  /** Attributes of every query that runs on this connection. */
  attributesFor(runner: QueryRunnerLike, legacyNames: boolean): Attributes {
    const { host, port } = addressOfConnection(runner.databaseConnection) ?? this.optionsAddress;
    const attributes: Attributes = { ...this.fixed, ...(legacyNames && this.fixedLegacy) };
    if (host === undefined) return attributes;
    this.addAddress(attributes, host, port);
    if (legacyNames) attributes[LEGACY.NET_PEER_NAME] = host;
    if (legacyNames && port !== undefined) attributes[LEGACY.NET_PEER_PORT] = port;
    return attributes;
  }

  /** The same of a measurement, which knows no legacy and nothing of Nest. */
  measuresFor(runner: QueryRunnerLike): Attributes {
    const { host, port } = addressOfConnection(runner.databaseConnection) ?? this.optionsAddress;
    const attributes: Attributes = { ...this.names };
    if (host !== undefined) this.addAddress(attributes, host, port);
    return attributes;
  }

  private addAddress(attributes: Attributes, host: string, port: number | undefined): void {
    attributes[ATTR_SERVER_ADDRESS] = host;
    if (port !== undefined && port !== this.facts.defaultPort) attributes[ATTR_SERVER_PORT] = port;
  }

  /** Whether a text with parameters has no values in it. */
  get separatesValues(): boolean {
    return this.facts.inlinesNumbers !== true;
  }

  /**
   * The code a database gave its error: SQLSTATE where it has one, for MySQL its own number. A
   * connection that broke is no answer of the database, though Node numbers its errors as well.
   */
  errorCode(error: unknown): string | undefined {
    if (typeof error !== 'object' || error === null) return undefined;
    const { code, errno, number, errorNum, syscall } = error as Record<string, unknown>;
    if (typeof syscall === 'string') return undefined;
    const named = typeof code === 'string' && NODE_CODE.test(code) ? undefined : code;
    const own = this.facts.numbersErrors === true ? errno : (named ?? number ?? errorNum);
    return typeof own === 'string' || typeof own === 'number' ? String(own) : undefined;
  }
}

const systems = new WeakMap<DataSourceLike, DatabaseSystem>();

export function systemOf(dataSource: DataSourceLike): DatabaseSystem {
  let system = systems.get(dataSource);
  if (system === undefined) {
    system = new DatabaseSystem(dataSource);
    systems.set(dataSource, system);
  }
  return system;
}

/** `ECONNRESET`, `ERR_STREAM_DESTROYED`; no SQLSTATE begins with E. */
const NODE_CODE = /^E[A-Z_]+$/;

interface Address {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/** pg keeps its address on the client, mysql2 in its `config`: the one really used, with replication too. */
function addressOfConnection(connection: unknown): Address | undefined {
  const { host, port, config } = (connection ?? {}) as Record<string, unknown>;
  if (typeof host === 'string') return { host, port: toPort(port) };
  const inner = (config ?? {}) as Record<string, unknown>;
  if (typeof inner['socketPath'] === 'string') return { host: inner['socketPath'] };
  return typeof inner['host'] === 'string'
    ? { host: inner['host'], port: toPort(inner['port']) }
    : undefined;
}

/** TypeORM lets a URL win over what stands beside it. */
function addressOfOptions(options: DataSourceLike['options']): Address {
  const url = urlOf(options);
  const { host, port } = credentialsOf(options);
  return {
    host: nonEmpty(url?.hostname) ?? nonEmpty(host),
    port: toPort(Number(nonEmpty(url?.port))) ?? toPort(port),
  };
}

function toPort(port: unknown): number | undefined {
  return typeof port === 'number' && Number.isInteger(port) ? port : undefined;
}

/**
 * The database, for PostgreSQL with the schema the DataSource was given: `shop|public`.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/database/postgresql/
 */
function namespaceOf(options: DataSourceLike['options']): string | undefined {
  const database = databaseOf(options);
  const schema = nonEmpty(options.schema);
  return database === undefined || schema === undefined ? database : `${database}|${schema}`;
}

function databaseOf(options: DataSourceLike['options']): string | undefined {
  const inUrl = nonEmpty(urlOf(options)?.pathname.slice(1));
  return inUrl === undefined ? nonEmpty(credentialsOf(options).database) : decode(inUrl);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Of several servers the one that is written to speaks for all: they hold the same database. */
function credentialsOf(options: DataSourceLike['options']): ConnectionOptionsLike {
  const { master } = (options.replication ?? {}) as { master?: ConnectionOptionsLike };
  return master ?? options;
}

function urlOf(options: DataSourceLike['options']): URL | undefined {
  const { url } = credentialsOf(options);
  return typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;
}

function nonEmpty(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
