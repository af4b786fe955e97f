import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { LIBRARY, makeConsumer, packLibrary, ROOT } from '../support/packed/packed-library.js';
import { importsOf, packageOf, readSources } from '../support/packed/source-files.js';

const declarations = new Map(
  readSources(join(LIBRARY, 'dist'), '.d.ts').map(({ path, text }) => [path, text]),
);

/** Packages that the declarations of an entry mention, followed through all of its files. */
function packagesBehind(entry: string): ReadonlySet<string> {
  const packages = new Set<string>();
  const visited = new Set<string>();
  const visit = (file: string): void => {
    if (visited.has(file)) return;
    visited.add(file);
    for (const specifier of importsOf(declarations.get(file) ?? '')) {
      const name = packageOf(specifier);
      if (name !== undefined) packages.add(name);
      if (specifier.startsWith('.')) {
        const target = new URL(specifier, `file:///${file}`).pathname.slice(1);
        visit(target.replace(/\.js$/, '.d.ts'));
      }
    }
  };
  visit(entry);
  return packages;
}

describe('the declarations', () => {
  it('of the root entry mention no optional peer', () => {
    const packages = packagesBehind('index.d.ts');
    expect(
      [...packages].filter((name) =>
        /typeorm|@nestjs\/(config|testing|terminus)|propagator|prometheus|sdk-metrics/.test(name),
      ),
    ).toEqual([]);
    expect(packages).toContain('@nestjs/common');
  });

  it.each([
    ['config.d.ts', '@nestjs/config'],
    ['testing.d.ts', '@nestjs/testing'],
  ])('of %s mention %s and no other optional peer', (entry, peer) => {
    const optional = [...packagesBehind(entry)].filter((name) =>
      /^typeorm$|@nestjs\/(config|testing)|propagator/.test(name),
    );
    expect(optional).toEqual([peer]);
  });
});

describe('a strict project', () => {
  let consumer: string;

  beforeAll(() => {
    consumer = makeConsumer(packLibrary().directory, {
      without: ['typeorm', '@nestjs/typeorm', '@nestjs/config', '@nestjs/testing'],
    });
  });

  it('compiles against the root entry without the optional peers', () => {
    writeFileSync(
      join(consumer, 'main.ts'),
      `import { Module } from '@nestjs/common';
       import { OtelModule, Traced, type OtelModuleOptions } from 'nestrace';
       const options: OtelModuleOptions = { exporters: ['otlp'] };
       class Service { @Traced({ attributes: (id: string) => ({ id }) }) find(id: string) { return id; } }
       @Module({ imports: [OtelModule.forRoot(options)], providers: [Service] })
       export class AppModule {}`,
    );
    const settings = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck'];
    const format = ['--module', 'nodenext', '--target', 'es2023', '--experimentalDecorators'];
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const output = execFileSync(
      process.execPath,
      [tsc, ...settings, ...format, '--types', 'node', 'main.ts'],
      { cwd: consumer, encoding: 'utf8' },
    );
    expect(output).toBe('');
  });
});
