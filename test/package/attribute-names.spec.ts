import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LIBRARY } from '../support/packed/packed-library.js';
import { readSources } from '../support/packed/source-files.js';

const HOME = 'pipeline/attributes.ts';

/**
 * Options read resource attributes out of environment variables, by their names; configuration
 * stands below the pipeline and cannot take them from there.
 */
const ALLOWED = ['config/'];

describe('names of attributes', () => {
  it('are written in one file', async () => {
    const sources = readSources(join(LIBRARY, 'src'), '.ts');
    const built = pathToFileURL(join(LIBRARY, 'build/pipeline/attributes.js')).href;
    const names = (await import(built)) as Record<string, unknown>;
    const values = Object.entries(names).flatMap(([key, value]) => {
      if (key === 'LEGACY') return Object.values(value as Record<string, string>);
      return key.startsWith('ATTR_') && typeof value === 'string' ? [value] : [];
    });
    expect(values.length).toBeGreaterThan(60);
    const strays = sources
      .filter(({ path }) => path !== HOME && !ALLOWED.some((folder) => path.startsWith(folder)))
      .flatMap(({ path, text }) =>
        values.filter((value) => text.includes(`'${value}'`)).map((value) => `${path}: ${value}`),
      );
    expect(strays).toEqual([]);
  });

  it('are not made up elsewhere', () => {
    const sources = readSources(join(LIBRARY, 'src'), '.ts');
    const looksLikeOne = /\[?'(nest|otel|telemetry|db|url|code|exception)\.[a-z_.]+'\]?\s*[:\]]/g;
    const strays = sources
      .filter(({ path }) => path !== HOME && !ALLOWED.some((folder) => path.startsWith(folder)))
      .flatMap(({ path, text }) =>
        [...text.matchAll(looksLikeOne)].map(([found]) => `${path}: ${found}`),
      );
    expect(strays).toEqual([]);
  });
});
