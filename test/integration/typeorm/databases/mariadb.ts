import { mariadb } from '../../../support/databases/mariadb.server.js';
import type { Database } from './database.js';
import { onServer } from './server.js';

function code(number: number): object {
  return { 'db.response.status_code': `${number}`, 'error.type': `${number}` };
}

export const MARIADB: Database = {
  type: 'mariadb',
  system: 'mariadb',
  installation: onServer(mariadb(), 'mariadb'),
  dialect: {
    begin: 'START TRANSACTION',
    beginSummary: 'START TRANSACTION',
    quote: '`',
    placeholder: () => '?',
    insertReturnsRows: true,
    defersReferences: false,
    isPooled: true,
  },
  errors: {
    duplicate: code(1062),
    syntax: code(1064),
    missingTable: code(1146),
    missingParent: code(1452),
  },
};

/** The same server, as somebody sees it who takes it for MySQL. */
export const MYSQL: Database = {
  ...MARIADB,
  type: 'mysql',
  system: 'mysql',
  installation: onServer(mariadb(), 'mysql'),
  dialect: { ...MARIADB.dialect, insertReturnsRows: false },
};
