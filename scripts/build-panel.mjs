import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ExpectedError } from './expected-error.mjs';
import { checkPanel } from './check-panel.mjs';
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

/** Builds the browser code and writes it as a module into the library. */
export async function buildPanel({ signal } = {}) {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--config', join(folder, 'vite.config.ts')];
  await runQuietly('vite build', process.execPath, args, { signal });
  const files = await filesOf(join(folder, 'dist'));
  const sizes = checkPanel(files);
  await mkdir(dirname(PANEL_FILES), { recursive: true });
  const served = files.map(({ name, type, etag, gzip, size }) => [
    name,
    { type, etag, gzip, size },
  ]);
  const json = JSON.stringify(Object.fromEntries(served), undefined, 2);
  await writeFile(
    PANEL_FILES,
    `// Made by scripts/build-panel.mjs.\nexport const files = ${json};\n`,
  );
  return sizes;
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
      const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
      const gzip = gzipSync(content, { level: 9 }).toString('base64');
      return { name, content: content.toString('utf8'), type, etag, gzip, size: content.length };
    }),
  );
}

if (process.argv[1] === import.meta.filename) {
  try {
    if (process.argv.includes('--types')) {
      await checkTypes('libs/panel-web');
      await checkTypes('test/panel-web');
    }
    const { firstLoad, inAll } = await buildPanel();
    console.log(`Panel, gzipped: ${firstLoad} kB to begin with, ${inAll} kB in all`);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
