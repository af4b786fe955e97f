import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { LIBRARY, packLibrary, ROOT } from '../support/packed/packed-library.js';

describe('the tarball', () => {
  let directory: string;
  let tarball: string;
  let files: readonly string[];

  beforeAll(() => {
    ({ directory, tarball } = packLibrary());
    files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .map((file) => file.replaceAll('\\', '/'))
      .filter((file) => statSync(join(directory, file)).isFile());
  });

  it('holds the built library and what a reader needs, and nothing else', () => {
    const strangers = files.filter(
      (file) =>
        !/^(package\.json|README\.md|CHANGELOG\.md|LICENSE|THIRD_PARTY_LICENSES|dist\/.+\.(js|d\.ts))$/.test(
          file,
        ),
    );
    expect(strangers).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining([
        'README.md',
        'CHANGELOG.md',
        'LICENSE',
        'THIRD_PARTY_LICENSES',
        'dist/index.js',
        'dist/index.d.ts',
      ]),
    );
  });

  it('shows nothing of the machine it was built on', () => {
    const telling = files.filter((file) =>
      readFileSync(join(directory, file), 'utf8').includes(ROOT),
    );
    expect(telling).toEqual([]);
  });

  it('can be turned into CommonJS, as Jest and bundlers do', () => {
    const bound = files
      .filter((file) => file.endsWith('.js'))
      .filter((file) => /import\.meta|^await /m.test(readFileSync(join(directory, file), 'utf8')));
    expect(bound).toEqual([]);
  });

  // A package of its own for OTLP would weigh as much as all of it. A quarter is the page of the panel.
  it('stays small', () => {
    expect(statSync(tarball).size).toBeLessThan(480 * 1024);
    const code = files
      .filter((file) => file.endsWith('.js'))
      .map((file) => readFileSync(join(directory, file)));
    expect(gzipSync(Buffer.concat(code)).length).toBeLessThan(320 * 1024);
  });

  it('loads nothing of the panel where that is off', () => {
    const loaded = closureOf(join(directory, 'dist/index.js'));
    const code = [...loaded].map((file) => readFileSync(file, 'utf8'));
    expect(code.join('')).not.toMatch(/class (PanelMount|LivePanel|IngestHub|OtlpReceiver)\b/);
    expect([...loaded].filter((file) => file.includes('panel'))).toEqual([]);
    expect(gzipSync(code.join('')).length).toBeLessThan(152 * 1024);
  });

  it('satisfies the checkers of published packages', () => {
    const bin = (name: string, file: string) => join(ROOT, 'node_modules', name, file);
    const run = (file: string, ...args: string[]) =>
      execFileSync(process.execPath, [file, ...args], { cwd: LIBRARY, encoding: 'utf8' });
    expect(run(bin('publint', 'src/cli.js'), '--strict', tarball)).toContain('All good');
    // It fails by its exit code; resolution from CommonJS is proven by the consumers.
    const verdict = run(
      bin('@arethetypeswrong/cli', 'dist/index.js'),
      tarball,
      '--profile=esm-only',
      '--format=ascii',
    );
    expect(verdict).not.toContain('❌');
  });
});

/** A module with everything it imports before it runs. */
function closureOf(entry: string): ReadonlySet<string> {
  const loaded = new Set([entry]);
  for (const file of loaded) {
    const imports = readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)\b[^;]*?["'](\.[^"']+)["']/gm,
    );
    for (const [, name = ''] of imports) loaded.add(join(dirname(file), name));
  }
  return loaded;
}
