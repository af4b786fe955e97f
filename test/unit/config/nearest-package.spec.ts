import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nearestPackage } from '../../../libs/nestrace/src/config/nearest-package.js';

describe('nearestPackage', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'nestrace-package-'));
    mkdirSync(join(root, 'app/dist'), { recursive: true });
    mkdirSync(join(root, 'work'));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(root, { recursive: true });
  });

  function write(directory: string, content: unknown): void {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(join(root, directory, 'package.json'), text);
  }
  const find = (script: string | undefined = join(root, 'app/dist/main.js')) =>
    nearestPackage(script, join(root, 'work'));

  it('looks upwards from the started script', () => {
    write('app', { name: 'orders', version: '1.2.3', private: true });
    expect(find()).toEqual({ name: 'orders', version: '1.2.3' });
  });

  it('takes the nearest one', () => {
    write('app', { name: 'outer', version: '1' });
    write('app/dist', { name: 'inner' });
    expect(find()).toEqual({ name: 'inner' });
  });

  it('passes over one without a name, such as the marker of a module format', () => {
    write('app', { name: 'orders', version: '1' });
    write('app/dist', { type: 'commonjs', version: '9' });
    expect(find()).toEqual({ name: 'orders', version: '1' });
  });

  it.each(['{ broken', '', 'null', '[]', '"text"', '{"name": 5}', '{"name": null}'])(
    'passes over one that says %j',
    (content) => {
      write('app', { name: 'orders' });
      write('app/dist', content);
      expect(find()).toEqual({ name: 'orders' });
    },
  );

  it('leaves a version out that is no text', () => {
    write('app', { name: 'orders', version: 2 });
    expect(find()).toEqual({ name: 'orders' });
  });

  it('looks upwards from the working directory when the script has no package.json above it', () => {
    write('work', { name: 'work' });
    write('app', { name: 'orders' });
    expect(find(join(root, 'nowhere/else/main.js'))).toEqual({ name: 'work' });
  });

  it('starts from the script of the process and its working directory', () => {
    write('app', { name: 'orders' });
    write('work', { name: 'work' });
    vi.spyOn(process, 'cwd').mockReturnValue(join(root, 'work'));
    vi.spyOn(process, 'argv', 'get').mockReturnValue(['node', join(root, 'app/dist/main.js')]);
    expect(nearestPackage()).toEqual({ name: 'orders' });
    vi.spyOn(process, 'argv', 'get').mockReturnValue(['node']);
    expect(nearestPackage()).toEqual({ name: 'work' });
  });

  it('knows nothing where there is no package.json up to the root', () => {
    expect(nearestPackage('/main.js', '/')).toEqual({});
  });
});
