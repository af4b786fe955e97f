import { inMemory, type Database, type Dialect } from './database.js';

export const SQLITE_DIALECT: Dialect = {
  begin: 'BEGIN TRANSACTION',
  beginSummary: 'BEGIN',
  quote: '"',
  placeholder: () => '?',
  insertReturnsRows: false,
  defersReferences: true,
  isPooled: false,
};

const noCode = { 'db.response.status_code': undefined, 'error.type': 'Error' };

export const SQLJS: Database = {
  type: 'sqljs',
  system: 'sqlite',
  installation: inMemory({ type: 'sqljs' }, { 'db.namespace': undefined }),
  dialect: SQLITE_DIALECT,
  errors: { duplicate: noCode, syntax: noCode, missingTable: noCode, missingParent: noCode },
};
