import { createRequire } from 'node:module';

/** What TypeORM's `driver` option takes: the driver itself, or the reason why it is not there. */
export type Driver =
  | { readonly driver: unknown; readonly reason?: undefined }
  | { readonly reason: string; readonly driver?: undefined };

/** Compiled drivers have a package of their own, so that a plain install needs no compiler. */
const requireDriver = createRequire(new URL('../../drivers/package.json', import.meta.url));

export function betterSqlite3(): Driver {
  try {
    const driver = requireDriver('better-sqlite3') as new (file: string) => { close(): void };
    // Its binary is loaded here, and may have been built for another version of Node.
    new driver(':memory:').close();
    return { driver };
  } catch (error) {
    const cause = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    return { reason: `better-sqlite3 is not installed: ${cause}` };
  }
}
