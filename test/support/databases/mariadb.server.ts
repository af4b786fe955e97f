import { randomUUID } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { unprivilegedAccount } from './account.js';
import type { DatabaseServer, Installation } from './database-server.js';
import { findPrograms } from './find-program.js';
import { freePort, ServerProcess } from './server-process.js';

/** The `PATH` of a user seldom has the folders of the system's own programs. */
const FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/libexec'];

/** The server of MariaDB as this machine has it. */
export function mariadb(): Installation<DatabaseServer> {
  const programs = findPrograms(['mariadb-install-db', 'mariadbd'], FOLDERS);
  if (programs === undefined) return { reason: 'MariaDB is not installed' };
  return { start: () => start(programs) };
}

async function start(programs: {
  readonly 'mariadb-install-db': string;
  readonly mariadbd: string;
}): Promise<DatabaseServer> {
  const server = new ServerProcess('mariadb', unprivilegedAccount());
  const username = 'nestrace';
  const password = randomUUID();
  const database = 'nestrace';
  const data = server.path('data');
  await server.run(programs['mariadb-install-db'], [
    '--no-defaults',
    `--datadir=${data}`,
    '--skip-test-db',
    '--skip-name-resolve',
    '--auth-root-authentication-method=socket',
  ]);
  const setup = server.write(
    'setup.sql',
    `CREATE DATABASE ${database};\n` +
      `CREATE USER '${username}'@'%' IDENTIFIED BY '${password}';\n` +
      `GRANT ALL ON *.* TO '${username}'@'%';\n`,
  );
  const port = await freePort();
  const address = { host: '127.0.0.1', port, username, password, database };
  await server.start(
    programs.mariadbd,
    [
      '--no-defaults',
      `--datadir=${data}`,
      `--socket=${server.path('socket')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      `--init-file=${setup}`,
      '--character-set-server=utf8mb4',
      '--innodb-buffer-pool-size=32M',
      '--innodb-flush-log-at-trx-commit=0',
    ],
    { ask: () => ask(address), stopSignal: 'SIGTERM' },
  );
  return { ...address, stop: () => server.stop() };
}

async function ask({ username, ...address }: Omit<DatabaseServer, 'stop'>): Promise<void> {
  const connection = await createConnection({ ...address, user: username });
  await connection.end();
}
