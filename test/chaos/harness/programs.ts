import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from '../../support/bundle.js';

/** The programs of this suite, as files that can be started. */
export interface Programs {
  readonly app: string;
  readonly clock: string;
  readonly collector: string;
  readonly load: string;
  /** Where the ledgers go. */
  readonly directory: string;
  remove(): void;
}

export async function buildPrograms(): Promise<Programs> {
  const directory = await bundle({
    app: 'test/chaos/app/app.entry.ts',
    clock: 'test/chaos/app/clock.entry.ts',
    collector: 'test/chaos/collector/collector.entry.ts',
    load: 'test/chaos/load/load.entry.ts',
  });
  const program = (name: string): string => join(directory, 'app', `${name}.mjs`);
  return {
    app: program('app'),
    clock: program('clock'),
    collector: program('collector'),
    load: program('load'),
    directory,
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
