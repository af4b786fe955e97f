import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ExpectedError } from './expected-error.mjs';
import { runQuietly } from './run-quietly.mjs';
import { root } from './root.mjs';

const folder = join(root, 'libs/panel-web');

/** Where the library finds the files of the panel: in a module, so that bundled servers have them. */
export const PANEL_FILES = join(root, 'libs/nestrace/src/sinks/panel/assets/panel-files.js');

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** Gzipped kilobytes of all files together: what we aim at, and what is too much. */
const BUDGET_KB = 60;
const LIMIT_KB = 100;

/** What the Content-Security-Policy of the panel would block, or what would name a host. */
const FORBIDDEN_IN_HTML = /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|https?:\/\//i;

/** Builds the browser code and writes it as a module into the library. */
export async function buildPanel({ signal } = {}) {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--config', join(folder, 'vite.config.ts')];
  await runQuietly('vite build', process.execPath, args, { signal });
  const files = await filesOf(join(folder, 'dist'));
  check(files);
  await mkdir(dirname(PANEL_FILES), { recursive: true });
  const json = JSON.stringify(Object.fromEntries(files), undefined, 2);
  await writeFile(
    PANEL_FILES,
    `// Made by scripts/build-panel.mjs.\nexport const files = ${json};\n`,
  );
  return { kilobytes: kilobytesOf(files), budget: BUDGET_KB };
}

/** Code of the browser knows nothing of Node; its tests may. */
async function checkTypes(project) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const args = [tsc, '--noEmit', '-p', join(root, project)];
  await runQuietly(`tsc -p ${project}`, process.execPath, args);
}

async function filesOf(dist) {
  const names = (await readdir(dist)).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const type = TYPES[extname(name)];
      if (type === undefined) throw new ExpectedError(`The panel cannot serve ${name}.`);
      const content = await readFile(join(dist, name));
      if (name.endsWith('.html') && FORBIDDEN_IN_HTML.test(content)) {
        throw new ExpectedError(`${name} has something inline, or a URL with a host.`);
      }
      const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
      const gzip = gzipSync(content, { level: 9 }).toString('base64');
      return [name, { type, etag, gzip, size: content.length }];
    }),
  );
}

function check(files) {
  const kinds = files.map(([name]) => extname(name)).toSorted();
  if (kinds.join() !== '.css,.html,.js') {
    throw new ExpectedError(`The panel has to be one page, one script, one style: ${kinds.join()}`);
  }
  const size = kilobytesOf(files);
  if (size > LIMIT_KB) {
    throw new ExpectedError(`The panel has ${size} kB gzipped; more than ${LIMIT_KB} is too much.`);
  }
}

function kilobytesOf(files) {
  const bytes = files.reduce((sum, [, { gzip }]) => sum + Buffer.byteLength(gzip, 'base64'), 0);
  return Math.round(bytes / 100) / 10;
}

if (process.argv[1] === import.meta.filename) {
  try {
    if (process.argv.includes('--types')) {
      await checkTypes('libs/panel-web');
      await checkTypes('test/panel-web');
    }
    const { kilobytes, budget } = await buildPanel();
    const over = kilobytes > budget ? ', over the budget' : '';
    console.log(`Panel: ${kilobytes} kB gzipped of ${budget}${over}`);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
