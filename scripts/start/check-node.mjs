import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '../expected-error.mjs';
import { root } from '../root.mjs';

/** Refuses a version of Node that `engines` in package.json leaves out. */
export async function checkNode(version = process.versions.node) {
  const { engines } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  if (engines.node.split(' || ').some((range) => isIn(range, version))) return;
  throw new ExpectedError(`Node ${engines.node} is needed, this is ${version}.`);
}

/** For ranges like `^20.19.0` and `>=24.11.0`: no package that knows more is installed yet. */
function isIn(range, version) {
  const [, sign, from] = /^(\^|>=)(.+)$/.exec(range);
  const [major, minor] = version.split('.').map(Number);
  const [fromMajor, fromMinor] = from.split('.').map(Number);
  if (major === fromMajor) return minor >= fromMinor;
  return sign === '>=' && major > fromMajor;
}
