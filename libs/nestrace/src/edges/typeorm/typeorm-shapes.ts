/**
 * The parts of TypeORM this edge touches, by shape: TypeORM is an optional peer, 0.3 and 1.x differ
 * in names, and the root entry of the package must not import it.
 */
export interface DataSourceLike {
  readonly options: ConnectionOptionsLike & {
    readonly type: string;
    readonly schema?: unknown;
    readonly replication?: unknown;
  };
  subscribers: object[];
  createQueryRunner(...args: unknown[]): QueryRunnerLike;
}

/** Where a database is; with replication once per server. */
export interface ConnectionOptionsLike {
  readonly database?: unknown;
  readonly host?: unknown;
  readonly port?: unknown;
  readonly url?: unknown;
}

export interface QueryRunnerLike {
  /** The client of the driver; protected in TypeORM, and right where the options are not. */
  readonly databaseConnection?: unknown;
  query(query: string, parameters?: unknown, ...rest: unknown[]): Promise<unknown>;
}

export interface BeforeQueryLike {
  readonly dataSource?: DataSourceLike;
  /** The name of `dataSource` up to 0.3. */
  readonly connection?: DataSourceLike;
  readonly queryRunner: QueryRunnerLike;
  readonly query: string;
  readonly parameters?: unknown;
}

export interface AfterQueryLike extends BeforeQueryLike {
  readonly success: boolean;
  readonly rawResults?: unknown;
  readonly error?: unknown;
}

/** Providers of an application may be anything, also proxies that throw when they are looked at. */
export function isDataSource(value: unknown): value is DataSourceLike {
  if (typeof value !== 'object' || value === null) return false;
  try {
    const { createQueryRunner, initialize, subscribers } = value as Record<string, unknown>;
    return (
      typeof createQueryRunner === 'function' &&
      typeof initialize === 'function' &&
      Array.isArray(subscribers)
    );
  } catch {
    return false;
  }
}
