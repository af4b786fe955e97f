import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { unprivilegedAccount } from './account.js';
import type { DatabaseServer, Installation } from './database-server.js';
import { findPrograms } from './find-program.js';
import { freePort, ServerProcess } from './server-process.js';

/** Debian and its relatives keep several versions side by side, away from the `PATH`. */
const FOLDERS = ['/usr/lib/postgresql/*/bin'];

/** The server of PostgreSQL as this machine has it. */
export function postgresql(): Installation<DatabaseServer> {
  const programs = findPrograms(['initdb', 'postgres'], FOLDERS);
  if (programs === undefined) return { reason: 'PostgreSQL is not installed' };
  return { start: () => start(programs) };
}

async function start(programs: { initdb: string; postgres: string }): Promise<DatabaseServer> {
  const server = new ServerProcess('postgresql', unprivilegedAccount());
  const username = 'nestrace';
  const password = randomUUID();
  const data = server.path('data');
  await server.run(programs.initdb, [
    '--pgdata',
    data,
    '--username',
    username,
    '--auth',
    'scram-sha-256',
    '--pwfile',
    server.write('password', password),
    '--encoding',
    'UTF8',
    '--no-locale',
    '--no-sync',
  ]);
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    fsync: 'off',
    max_connections: 150,
    shared_buffers: '16MB',
  };
  const address = { host: '127.0.0.1', port, username, password, database: 'postgres' };
  await server.start(
    programs.postgres,
    [
      '-D',
      data,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { ask: () => ask(address), stopSignal: 'SIGINT' },
  );
  return { ...address, stop: () => server.stop() };
}

async function ask(address: Omit<DatabaseServer, 'stop'>): Promise<void> {
  const client = new Client({ ...address, user: address.username });
  await client.connect();
  await client.end();
}
