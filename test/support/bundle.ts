import { mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const SOURCE_CONDITION = 'nestrace/source';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * Bundles programs, which are paths from the root of the repository, with the sources of the
 * library, as an application is bundled for production: Node cannot run TypeScript with
 * decorators. All packages stay outside and are found through links, those of NestJS in the version
 * the suite runs with. Packages, or whole scopes, that are named in `without` cannot be found.
 *
 * Makes a directory that is the caller's to remove; `app/<name>.mjs` in it is the program.
 */
export async function bundle(
  programs: Readonly<Record<string, string>>,
  without: readonly string[] = [],
): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'nestrace-fixture-'));
  const app = join(directory, 'app');
  mkdirSync(app);
  linkPackages(join(directory, 'node_modules'), without);
  if (process.env['NESTRACE_TEST_NEST'] === '11') {
    symlinkSync(fromRoot('test/nest-11/node_modules'), join(app, 'node_modules'));
  }
  const input = Object.entries(programs).map(([name, path]) => [name, fromRoot(path)]);
  await build({
    root: fromRoot('.'),
    configFile: false,
    logLevel: 'error',
    oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
    ssr: { resolve: { conditions: [SOURCE_CONDITION, 'node'] } },
    build: {
      ssr: true,
      outDir: app,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(input) as Record<string, string>,
        output: { entryFileNames: '[name].mjs', chunkFileNames: 'chunk-[name].mjs' },
      },
    },
  });
  return directory;
}

function linkPackages(target: string, without: readonly string[]): void {
  mkdirSync(target);
  const source = fromRoot('node_modules');
  for (const name of readdirSync(source)) {
    if (!without.includes(name)) symlinkSync(join(source, name), join(target, name));
  }
}
