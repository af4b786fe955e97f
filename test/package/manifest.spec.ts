import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LIBRARY, ROOT } from '../support/packed/packed-library.js';
import { importsOf, packageOf, readSources } from '../support/packed/source-files.js';

interface Manifest {
  readonly version: string;
  readonly type: string;
  readonly license: string;
  readonly exports: Record<string, string | Record<string, string>>;
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly peerDependenciesMeta: Record<string, { optional: boolean }>;
}

const readText = (...path: string[]) => readFileSync(join(...path), 'utf8');
const manifest = JSON.parse(readText(LIBRARY, 'package.json')) as Manifest;
const sources = readSources(join(LIBRARY, 'src'), '.ts');
const declared = { ...manifest.dependencies, ...manifest.peerDependencies };

describe('the manifest', () => {
  it('declares every package that is imported, and none that is not', () => {
    const imported = new Set(
      sources.flatMap(({ text }) => importsOf(text).flatMap((name) => packageOf(name) ?? [])),
    );
    expect([...imported].filter((name) => !(name in declared))).toEqual([]);
    const unused = Object.keys(declared).filter((name) => !imported.has(name));
    expect(unused).toEqual([]);
  });

  it('pins the OpenTelemetry line and keeps the API below the next one', () => {
    expect(manifest.peerDependencies['@opentelemetry/api']).toBe('>=1.9.0 <1.10.0');
    for (const [name, range] of Object.entries(manifest.dependencies)) {
      if (!/^@opentelemetry\/(sdk|core|resources|otlp|context)/.test(name)) continue;
      expect(range, name).toMatch(/^(2\.12|0\.223)\.\d+$/);
    }
  });

  it('has every peer that is not always needed as an optional one', () => {
    const optional = Object.keys(manifest.peerDependenciesMeta).toSorted();
    expect(optional).toEqual([
      '@nestjs/config',
      '@nestjs/testing',
      '@opentelemetry/exporter-prometheus',
      '@opentelemetry/propagator-aws-xray',
      '@opentelemetry/propagator-b3',
      '@opentelemetry/propagator-jaeger',
      '@opentelemetry/sdk-metrics',
      'typeorm',
    ]);
  });

  it('offers types and code for every entry, and keeps the rest closed', () => {
    expect(manifest.type).toBe('module');
    for (const [entry, target] of Object.entries(manifest.exports)) {
      if (typeof target === 'string') continue;
      expect(Object.keys(target), entry).toEqual(['nestrace/source', 'types', 'default']);
      for (const file of Object.values(target)) {
        expect(existsSync(join(LIBRARY, file)), file).toBe(true);
      }
    }
    expect(Object.keys(manifest.exports)).toEqual([
      '.',
      './config',
      './typeorm',
      './testing',
      './package.json',
    ]);
  });

  it('agrees with the version the code reports', () => {
    const reported = /VERSION = '([^']+)'/.exec(readText(LIBRARY, 'src/version.ts'))?.[1];
    expect(reported).toBe(manifest.version);
  });

  it('names the licence of the repository', () => {
    expect(manifest.license).toBe('MIT');
    expect(readText(ROOT, 'LICENSE')).toMatch(/^MIT License/);
  });

  it('has a reason for every dependency in CONTRIBUTING', () => {
    const contributing = readText(ROOT, 'CONTRIBUTING.md');
    const silent = Object.keys(manifest.dependencies).filter(
      (name) => !contributing.includes(name),
    );
    expect(silent).toEqual([]);
  });
});
