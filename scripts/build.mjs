import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { buildPanel, PANEL_FILES } from './build-panel.mjs';
import { bundleLibrary } from './bundle-library.mjs';
import { ExpectedError } from './expected-error.mjs';
import { runQuietly } from './run-quietly.mjs';
import { root } from './root.mjs';

/** In this order: the services compile against the declarations of the library. */
const PROJECTS = [
  { name: 'nestrace', folder: 'libs/nestrace', entry: 'index.js' },
  { name: 'inventory', folder: 'apps/inventory', entry: 'main.js' },
  { name: 'orders', folder: 'apps/orders', entry: 'main.js' },
];

/** What every build depends on. */
const SHARED = [
  'package-lock.json',
  'tsconfig.json',
  'nest-cli.json',
  'scripts/bundle-library.mjs',
];

/** What panel and browser say to each other. */
const CONTRACT = 'libs/nestrace/src/sinks/panel/contract';

/** Inside node_modules, so that a new installation is a new build. */
const STAMPS = join(root, 'node_modules/.cache/nestrace-build');

/** Builds what has changed since its last build. Calls `onBuild` with the name of each. */
export async function build({ force = false, onBuild = () => {}, signal } = {}) {
  const shared = await Promise.all(SHARED.map((file) => readFile(join(root, file))));
  await buildPanelIfStale({ shared, force, onBuild, signal });
  let inputs = shared;
  for (const { name, folder, entry } of PROJECTS) {
    const sources = await contentsOf(join(root, folder));
    const stamp = fingerprint([...inputs, ...sources]);
    // The library comes first; what depends on it is built again whenever it changes.
    if (name === 'nestrace') inputs = [...shared, stamp];
    const dist = join(root, folder, 'dist');
    const stampFile = join(STAMPS, name);
    if (!force && existsSync(join(dist, entry)) && (await readStamp(stampFile)) === stamp) continue;
    onBuild(name);
    const stale = [dist, join(root, folder, 'build'), stampFile];
    await Promise.all(stale.map((path) => rm(path, { recursive: true, force: true })));
    await nestBuild(name, signal);
    if (name === 'nestrace') {
      await declare(join(root, folder), signal);
      await addPanelFiles(join(root, folder, 'build'));
      await bundleLibrary();
    }
    await mkdir(STAMPS, { recursive: true });
    await writeFile(stampFile, stamp);
  }
}

/** First of all: the library carries the panel, and its types name the file this writes. */
async function buildPanelIfStale({ shared, force, onBuild, signal }) {
  const sources = [
    await readFile(join(root, 'scripts/build-panel.mjs')),
    await readFile(join(root, 'scripts/check-panel.mjs')),
    ...(await contentsOf(join(root, 'libs/panel-web'))),
    ...(await contentsOf(join(root, CONTRACT), /\.ts$/)),
  ];
  const stamp = fingerprint([...shared, ...sources]);
  const stampFile = join(STAMPS, 'panel');
  if (!force && existsSync(PANEL_FILES) && (await readStamp(stampFile)) === stamp) return;
  onBuild('panel');
  await rm(stampFile, { force: true });
  await buildPanel({ signal });
  await mkdir(STAMPS, { recursive: true });
  await writeFile(stampFile, stamp);
}

/** The compiler copies no JavaScript. */
async function addPanelFiles(compiled) {
  const folder = join(compiled, 'sinks/panel/assets');
  await mkdir(folder, { recursive: true });
  await copyFile(PANEL_FILES, join(folder, basename(PANEL_FILES)));
}

async function nestBuild(name, signal) {
  const cli = join(root, 'node_modules/@nestjs/cli/bin/nest.js');
  await runQuietly(`nest build ${name}`, process.execPath, [cli, 'build', name], { signal });
}

/** Writes the declarations of what is published. */
async function declare(folder, signal) {
  const config = join(folder, 'tsconfig.types.json');
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await runQuietly(`tsc -p ${config}`, process.execPath, [tsc, '-p', config], { signal });
}

/** In a project, what its build is made from. */
const SOURCES = /^(src[\\/].*|package\.json|tsconfig[^\\/]*\.json|index\.html|vite\.config\.ts)$/;

/** Names and contents of the sources of a project. */
async function contentsOf(folder, pattern = SOURCES) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((file) => pattern.test(file))
    .toSorted();
  const contents = await Promise.all(files.map((file) => readFile(join(folder, file))));
  return [...files, ...contents];
}

function fingerprint(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

async function readStamp(file) {
  return existsSync(file) ? readFile(file, 'utf8') : undefined;
}

if (process.argv[1] === import.meta.filename) {
  try {
    await build({
      force: process.argv.includes('--force'),
      onBuild: (name) => console.log(`Building ${name} …`),
    });
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
