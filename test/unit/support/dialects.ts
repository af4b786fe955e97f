import {
  MYSQL,
  ORACLE,
  POSTGRESQL,
  SQL_SERVER,
  SQLITE,
  STANDARD,
  type Dialect,
} from '../../../libs/nestrace/src/core/sql/dialect.js';

export const DIALECTS: readonly (readonly [name: string, dialect: Dialect])[] = [
  ['PostgreSQL', POSTGRESQL],
  ['MySQL', MYSQL],
  ['SQLite', SQLITE],
  ['SQL Server', SQL_SERVER],
  ['Oracle', ORACLE],
  ['others', STANDARD],
];
