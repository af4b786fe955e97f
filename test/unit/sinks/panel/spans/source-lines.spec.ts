import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sourceLines } from '../../../../../libs/nestrace/src/sinks/panel/spans/source-lines.js';

const CODE = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`).join('\n');

let root: string;
let app: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'source-lines-'));
  app = join(root, 'app');
  mkdirSync(join(app, 'node_modules'), { recursive: true });
  mkdirSync(join(app, '.private'));
  for (const file of ['app/a.ts', 'app/.env', 'app/.env.ts', 'app/secret.json', 'outside.ts']) {
    writeFileSync(join(root, file), CODE);
  }
  writeFileSync(join(app, 'node_modules/p.js'), CODE);
  writeFileSync(join(app, '.private/k.ts'), CODE);
  writeFileSync(join(app, 'huge.ts'), 'x'.repeat(600_000));
  symlinkSync(join(root, 'outside.ts'), join(app, 'link.ts'));
  symlinkSync(join(app, '.env'), join(app, 'env.ts'));
  vi.spyOn(process, 'cwd').mockReturnValue(app);
});

afterAll(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

describe('sourceLines', () => {
  it('shows the lines around a place', () => {
    const lines = sourceLines(join(app, 'a.ts'), 10);
    expect(lines?.map(({ line }) => line)).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(lines?.[4]).toEqual({ line: 10, text: 'line 10' });
    expect(sourceLines(join(app, 'a.ts'), 1)?.[0]?.line).toBe(1);
  });

  it('shows no secrets that stand in the code', () => {
    writeFileSync(join(app, 'url.ts'), "connect('postgres://app:hunter2@db/orders')");
    expect(sourceLines(join(app, 'url.ts'), 1)).toEqual([
      { line: 1, text: "connect('postgres://••••@db/orders')" },
    ]);
  });

  it.each([
    ['a line there is not', 'a.ts', 21],
    ['a line below the first', 'a.ts', 0],
    ['a file there is not', 'b.ts', 1],
    ['a package', 'node_modules/p.js', 1],
    ['what is no code', 'secret.json', 1],
    ['a file with secrets', '.env', 1],
    ['a hidden file', '.env.ts', 1],
    ['a hidden folder', '.private/k.ts', 1],
    ['a file outside', '../outside.ts', 1],
    ['a link that leads outside', 'link.ts', 1],
    ['a link to secrets', 'env.ts', 1],
    ['a file too big to be written by hand', 'huge.ts', 1],
    ['a folder', '.', 1],
  ])('shows nothing of %s', (_, file, line) => {
    expect(sourceLines(join(app, file), line)).toBeUndefined();
  });

  it('shows nothing of a path that depends on where it is read', () => {
    expect(sourceLines('a.ts', 1)).toBeUndefined();
    expect(sourceLines('', 1)).toBeUndefined();
    expect(sourceLines('/a\0.ts', 1)).toBeUndefined();
  });
});
