import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { root } from '../../../scripts/root.mjs';
import { runQuietly } from '../../../scripts/run-quietly.mjs';
import { APP, buildBench } from '../measure/build.mjs';

const here = import.meta.dirname;
const tarball = join(here, 'nestrace.tgz');

/** Peers are found above, also by those that do not know NestJS 12 yet, and nothing is compiled. */
const ON_ITS_OWN = ['--legacy-peer-deps', '--ignore-scripts', '--no-package-lock', '--no-audit'];

/**
 * Installs nestrace as it would be published and what the application needs into this folder, and
 * each peer into its own below it, where it takes Nest from above: OpenTelemetry comes in two major
 * lines that must not meet.
 */
export async function installPeers(peers) {
  await buildBench();
  await pack();
  await rm(join(here, 'dist'), { recursive: true, force: true });
  await cp(APP, join(here, 'dist'), { recursive: true });
  // npm takes a tarball of the same name for the one it has unpacked.
  await install(here, [tarball], ['nestrace', '.package-lock.json']);
  for (const peer of peers) await install(join(here, peer));
}

async function pack() {
  await npm('pack', '--workspace', 'nestrace', '--pack-destination', here);
  const { version } = JSON.parse(await readFile(join(root, 'libs/nestrace/package.json'), 'utf8'));
  await rename(join(here, `nestrace-${version}.tgz`), tarball);
}

/** Installs a folder whose package.json, or whose further files, are not those of the last time. */
async function install(folder, files = [], outdated = []) {
  const modules = join(folder, 'node_modules');
  const stampFile = join(modules, '.bench-stamp');
  const stamp = await fingerprint([join(folder, 'package.json'), ...files]);
  if (existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === stamp) return;
  console.error(`Installing ${basename(folder)} …`);
  for (const name of outdated) await rm(join(modules, name), { recursive: true, force: true });
  await npm('install', '--prefix', folder, ...ON_ITS_OWN);
  await writeFile(stampFile, stamp);
}

function npm(...args) {
  const shell = process.platform === 'win32';
  return runQuietly(`npm ${args[0]}`, 'npm', [...args, '--loglevel=error'], { shell });
}

async function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file)).update('\0');
  return hash.digest('hex');
}
