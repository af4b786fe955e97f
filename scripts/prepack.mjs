import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/** What the page of the panel is bundled with. */
const BUNDLED = ['preact', '@preact/signals', '@preact/signals-core'];

/** The published package shows the same front page and licence as the repository. */
for (const file of ['README.md', 'LICENSE']) {
  copyFileSync(join(root, file), join(root, 'libs/nestrace', file));
}

const licences = BUNDLED.map((name) => {
  const folder = join(root, 'node_modules', name);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return `${name} ${version}\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8').trim()}\n`;
});
writeFileSync(
  join(root, 'libs/nestrace/THIRD_PARTY_LICENSES'),
  `The page of the panel contains:\n\n${licences.join(`\n${'-'.repeat(72)}\n\n`)}`,
);
