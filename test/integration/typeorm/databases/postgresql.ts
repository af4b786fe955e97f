import { postgresql } from '../../../support/databases/postgresql.server.js';
import type { Database } from './database.js';
import { onServer } from './server.js';

function code(sqlState: string): object {
  return { 'db.response.status_code': sqlState, 'error.type': sqlState };
}

export const POSTGRESQL: Database = {
  type: 'postgres',
  system: 'postgresql',
  installation: onServer(postgresql(), 'postgres'),
  dialect: {
    begin: 'START TRANSACTION',
    beginSummary: 'START TRANSACTION',
    quote: '"',
    placeholder: (number) => `$${number}`,
    insertReturnsRows: true,
    defersReferences: true,
    isPooled: true,
  },
  errors: {
    duplicate: code('23505'),
    syntax: code('42601'),
    missingTable: code('42P01'),
    missingParent: code('23503'),
  },
};
