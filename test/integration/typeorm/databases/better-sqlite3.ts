import { betterSqlite3 } from '../../../support/databases/better-sqlite3.js';
import { inMemory, type Database } from './database.js';
import { SQLITE_DIALECT } from './sqljs.js';

const { driver, reason } = betterSqlite3();

function code(name: string): object {
  return { 'db.response.status_code': name, 'error.type': name };
}

export const BETTER_SQLITE3: Database = {
  type: 'better-sqlite3',
  system: 'sqlite',
  installation:
    reason === undefined
      ? inMemory(
          { type: 'better-sqlite3', database: ':memory:', driver },
          { 'db.namespace': ':memory:' },
        )
      : { reason },
  dialect: SQLITE_DIALECT,
  errors: {
    duplicate: code('SQLITE_CONSTRAINT_UNIQUE'),
    syntax: code('SQLITE_ERROR'),
    missingTable: code('SQLITE_ERROR'),
    missingParent: code('SQLITE_CONSTRAINT_FOREIGNKEY'),
  },
};
