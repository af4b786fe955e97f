import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from '../../../scripts/build.mjs';
import { root } from '../../../scripts/root.mjs';
import { runQuietly } from '../../../scripts/run-quietly.mjs';

const bench = join(import.meta.dirname, '..');

/** Where the application is, compiled. */
export const APP = join(bench, 'dist');

/** Builds the library, and the application that is measured. */
export async function buildBench() {
  await build();
  await rm(APP, { recursive: true, force: true });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const config = join(bench, 'app/tsconfig.json');
  await runQuietly(`tsc -p ${config}`, process.execPath, [tsc, '-p', config]);
}
