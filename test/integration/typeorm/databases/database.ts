import type { DataSourceOptions } from 'typeorm';
import type { Installation } from '../../../support/databases/database-server.js';

/** A database the suites run on, and what sets it apart from the others. */
export interface Database {
  /** Name of the driver, as TypeORM calls it. */
  readonly type: 'sqljs' | 'better-sqlite3' | 'postgres' | 'mariadb' | 'mysql';
  /** `db.system.name` */
  readonly system: string;
  readonly installation: Installation<RunningDatabase>;
  readonly dialect: Dialect;
  /** Attributes its errors have. */
  readonly errors: Readonly<
    Record<'duplicate' | 'syntax' | 'missingTable' | 'missingParent', object>
  >;
}

export interface RunningDatabase {
  readonly options: DataSourceOptions;
  /** Attributes every span of this database has. */
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  stop(): Promise<void>;
}

/** How TypeORM and the suites write SQL for it. */
export interface Dialect {
  /** What begins a transaction. */
  readonly begin: string;
  /** How it is summarized. */
  readonly beginSummary: string;
  readonly quote: '"' | '`';
  /** The placeholder of a parameter, counted from 1. */
  placeholder(number: number): string;
  /** An INSERT answers with the id it has given. */
  readonly insertReturnsRows: boolean;
  /** References can be checked at the end of a transaction. */
  readonly defersReferences: boolean;
  /** Queries of one DataSource run on several connections. */
  readonly isPooled: boolean;
}

/** A database in the memory of this process: nothing to install, nothing to stop. */
export function inMemory(
  options: DataSourceOptions,
  attributes: RunningDatabase['attributes'],
): Installation<RunningDatabase> {
  const noAddress = { 'server.address': undefined, 'server.port': undefined };
  return {
    start: () =>
      Promise.resolve({
        options,
        attributes: { ...attributes, ...noAddress },
        stop: () => Promise.resolve(),
      }),
  };
}
