import { readFileSync } from 'node:fs';

/** Whom a server runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Never owns anything of value, and is there on every Linux. */
const UNPRIVILEGED = 'nobody';

/** Database servers refuse to run as root; `undefined` means that the own account will do. */
export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${UNPRIVILEGED}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) {
    throw new Error(`There is no account "${UNPRIVILEGED}" to run a database server as.`);
  }
  return { uid: Number(uid), gid: Number(gid) };
}
