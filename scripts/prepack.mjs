import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/** The published package shows the same front page and licence as the repository. */
for (const file of ['README.md', 'LICENSE']) {
  copyFileSync(join(root, file), join(root, 'libs/nestrace', file));
}
