import { createRequire } from 'node:module';

/** What TypeORM's `driver` option takes: the driver itself, or the reason why it is not there. */
export type Driver =
  | { readonly driver: unknown; readonly reason?: undefined }
  | { readonly reason: string; readonly driver?: undefined };

/** Version 13 crashes on Node 20, and version 12 on Node 24 from 24.19 on. */
const PACKAGE =
  Number.parseInt(process.versions.node, 10) < 22 ? 'better-sqlite3-for-node-20' : 'better-sqlite3';

/** Compiled drivers have a package of their own, so that a plain install needs no compiler. */
const requireDriver = createRequire(new URL('../../drivers/package.json', import.meta.url));

export function betterSqlite3(): Driver {
  try {
    const driver = requireDriver(PACKAGE) as new (file: string) => { close(): void };
    // Its binary is loaded here, and may have been built for another version of Node.
    new driver(':memory:').close();
    return { driver };
  } catch (error) {
    const cause = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    return { reason: `better-sqlite3 is not installed: ${cause}` };
  }
}
