import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ExpectedError } from '../../../scripts/expected-error.mjs';

/** Some of the others need it, so all of them run on it: as it comes from npm. */
const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const file = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
const packaged = join(import.meta.dirname, 'node_modules', `node-${platform}`, file);

/** The Node that is installed beside the peers, and where npm has none, this one. */
export function node24() {
  if (existsSync(packaged)) return packaged;
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  throw new ExpectedError(`npm has no Node 24 for ${platform}: run this with one of your own.`);
}
