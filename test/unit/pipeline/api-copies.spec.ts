import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findSplitApiCopies } from '../../../libs/nestrace/src/pipeline/api-copies.js';

const OURS = '1.9.1';
const GLOBAL = Symbol.for('opentelemetry.js.api.1');
const globals = globalThis as Record<symbol, unknown>;

function find(version: string, directory = '/app/node_modules/api'): readonly string[] {
  return findSplitApiCopies(OURS, [{ directory, version }], undefined);
}

describe('findSplitApiCopies', () => {
  it.each(['1.9.1', '1.9.0', '1.9.9', '1.8.0', '1.0.0'])(
    'is silent about a copy of version %s, which can see our spans',
    (version) => {
      expect(find(version)).toEqual([]);
    },
  );

  it.each(['1.10.0', '1.12.3', '2.0.0', '0.22.0'])(
    'tells about a copy of version %s, which cannot',
    (version) => {
      expect(find(version)).toEqual([
        `There are two copies of @opentelemetry/api: nestrace uses 1.9.1, the application also ` +
          `has ${version} ` +
          '(/app/node_modules/api), whose spans would be lost. Run "npm install ' +
          '@opentelemetry/api@1.9.1", then "npm ls @opentelemetry/api" must show one version only.',
      ]);
    },
  );

  it('tells about every copy once', () => {
    const copy = { directory: '/a', version: '1.10.0' };
    const other = { directory: '/b', version: '1.10.0' };
    expect(findSplitApiCopies(OURS, [copy, other, copy], undefined)).toHaveLength(2);
  });

  it('tells about a copy that has registered itself before ours', () => {
    expect(findSplitApiCopies(OURS, [], '1.8.0')).toEqual([
      expect.stringMatching(
        /^Another copy of @opentelemetry\/api, version 1\.8\.0, has registered itself.*\(1\.9\.1\)/,
      ),
    ]);
    expect(findSplitApiCopies(OURS, [], '1.9.1')).toEqual([]);
    expect(findSplitApiCopies(OURS, [], undefined)).toEqual([]);
  });
});

describe('findSplitApiCopies, looking around on its own', () => {
  let root: string;

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'nestrace-api-')));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(root, { recursive: true });
  });

  /** A copy of the API as npm would put it there. */
  function install(directory: string, version: string | undefined): string {
    const copy = join(root, directory, 'node_modules/@opentelemetry/api');
    mkdirSync(join(copy, 'build/src'), { recursive: true });
    const manifest = { name: '@opentelemetry/api', version, main: 'build/src/index.js' };
    writeFileSync(join(copy, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(copy, 'build/src/index.js'), '');
    return copy;
  }

  function runFrom(directory: string, script?: string): void {
    vi.spyOn(process, 'cwd').mockReturnValue(join(root, directory));
    const argv = script === undefined ? ['node'] : ['node', join(root, script)];
    vi.spyOn(process, 'argv', 'get').mockReturnValue(argv);
  }

  it('finds nothing where there is one copy', () => {
    expect(findSplitApiCopies()).toEqual([]);
  });

  it('finds the copy of the working directory', () => {
    const copy = install('app', '1.99.0');
    runFrom('app');
    expect(findSplitApiCopies()).toEqual([expect.stringContaining(`1.99.0 (${copy})`)]);
  });

  it('finds the copy of the started script', () => {
    const copy = install('app', '1.99.0');
    runFrom('.', 'app/dist/main.js');
    expect(findSplitApiCopies()).toEqual([expect.stringContaining(`1.99.0 (${copy})`)]);
  });

  it('finds a copy that some package has loaded, wherever it is', () => {
    const copy = install('app/node_modules/other', '1.99.0');
    const load = createRequire(import.meta.url);
    const entry = join(copy, 'build/src/index.js');
    load(entry);
    runFrom('.');
    expect(findSplitApiCopies()).toEqual([expect.stringContaining(`1.99.0 (${copy})`)]);
    delete load.cache[entry];
    expect(findSplitApiCopies()).toEqual([]);
  });

  it.each([undefined, 'broken'])('passes over a copy whose package.json is %s', (state) => {
    const copy = install('app', undefined);
    if (state !== undefined) writeFileSync(join(copy, 'package.json'), '{ broken');
    runFrom('app');
    expect(findSplitApiCopies()).toEqual([]);
  });

  it('finds nothing where there is no copy at all', () => {
    runFrom('nowhere');
    expect(findSplitApiCopies()).toEqual([]);
  });

  it('leaves what is registered as it was', () => {
    const before = globals[GLOBAL];
    findSplitApiCopies();
    expect(globals[GLOBAL]).toBe(before);
  });

  it('asks who has registered itself', () => {
    const before = globals[GLOBAL];
    globals[GLOBAL] = { version: '1.3.0' };
    try {
      expect(findSplitApiCopies()).toEqual([expect.stringMatching(/version 1\.3\.0.*\(1\.9\.1\)/)]);
    } finally {
      globals[GLOBAL] = before;
    }
  });
});
