import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { root } from './root.mjs';

const library = join(root, 'libs/nestrace');

/**
 * Puts the compiled modules of the library into one file for each entry, and chunks for what they
 * share. Two hundred small files take an application twice as long to load.
 */
export async function bundleLibrary() {
  // It is there when the installation is; whoever imports this file sees to that first.
  const { rolldown } = await import('rolldown');
  const { exports } = JSON.parse(await readFile(join(library, 'package.json'), 'utf8'));
  const entries = Object.values(exports).flatMap(({ default: file }) => file ?? []);
  const bundle = await rolldown({
    cwd: library,
    input: entries.map((file) => file.replace('./dist/', './build/')),
    platform: 'node',
    external: (id) => !id.startsWith('.') && !isAbsolute(id),
  });
  await bundle.write({
    dir: 'dist',
    format: 'esm',
    chunkFileNames: 'chunks/[name].js',
    minifyInternalExports: false,
  });
  await bundle.close();
}
