import type { DataSourceOptions } from 'typeorm';
import type { DatabaseServer, Installation } from '../../../support/databases/database-server.js';
import type { RunningDatabase } from './database.js';

/** What the suites need of a database that runs in a server. */
export function onServer(
  installation: Installation<DatabaseServer>,
  type: 'postgres' | 'mariadb' | 'mysql',
): Installation<RunningDatabase> {
  const { start } = installation;
  if (start === undefined) return installation;
  return {
    start: async () => {
      const server = await start();
      const { host, port, username, password, database } = server;
      const options: DataSourceOptions = { type, host, port, username, password, database };
      return {
        options,
        attributes: { 'db.namespace': database, 'server.address': host, 'server.port': port },
        stop: () => server.stop(),
      };
    },
  };
}
