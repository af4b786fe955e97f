import {
  MYSQL,
  ORACLE,
  POSTGRESQL,
  SQL_SERVER,
  SQLITE,
  STANDARD,
  type Dialect,
} from './dialect.js';

/** Values of `db.system.name`, and of `db.system` before it. */
const DIALECTS: ReadonlyMap<string, Dialect> = new Map([
  ['postgresql', POSTGRESQL],
  ['cockroachdb', POSTGRESQL],
  ['redshift', POSTGRESQL],
  ['mysql', MYSQL],
  ['mariadb', MYSQL],
  ['gcp.spanner', MYSQL],
  ['spanner', MYSQL],
  ['sqlite', SQLITE],
  ['microsoft.sql_server', SQL_SERVER],
  ['mssql', SQL_SERVER],
  ['oracle.db', ORACLE],
  ['oracle', ORACLE],
]);

/** How a database writes its SQL, by the name it has on a span. */
export function dialectOfSystem(system: string): Dialect {
  return DIALECTS.get(system) ?? STANDARD;
}
