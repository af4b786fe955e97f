import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/** Puts the version of the library's package.json into its code. */
const library = join(root, 'libs/nestrace');
const { version } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8'));
const file = join(library, 'src/version.ts');
const code = readFileSync(file, 'utf8');
writeFileSync(file, code.replace(/(?<=VERSION = ')[^']+/, version));
