import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../root.mjs';
import { runQuietly } from '../run-quietly.mjs';

/** Where npm notes what it has installed. */
const INSTALLED = 'node_modules/.package-lock.json';

/** Whether the installed packages are those of the lock file. */
export async function isInstalled() {
  if (!existsSync(join(root, INSTALLED))) return false;
  const [wanted, installed] = await Promise.all(['package-lock.json', INSTALLED].map(readPackages));
  return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    // Packages for other platforms are listed, and left out.
    return found === undefined ? optional || devOptional : found.version === version;
  });
}

/** Installs exactly what the lock file says. */
export async function install(signal) {
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm tells its scripts where it is; without it, it has to be found on the path.
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js')) {
    await runQuietly('npm ci', process.execPath, [npm, ...args], { signal });
  } else {
    await runQuietly('npm ci', 'npm', args, { signal, shell: process.platform === 'win32' });
  }
}

async function readPackages(file) {
  return JSON.parse(await readFile(join(root, file), 'utf8')).packages;
}
