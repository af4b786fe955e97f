import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../../..');
export const LIBRARY = join(ROOT, 'libs/nestrace');

/** The library as it would be published, unpacked into an empty folder. */
export function packLibrary(): { tarball: string; directory: string } {
  const directory = mkdtempSync(join(tmpdir(), 'nestrace-pack-'));
  const output = execFileSync(
    'npm',
    ['pack', '--json', '--loglevel=error', '--pack-destination', directory],
    { cwd: LIBRARY, encoding: 'utf8' },
  );
  const [packed] = JSON.parse(output.slice(output.indexOf('['))) as [{ filename: string }];
  const tarball = join(directory, packed.filename);
  execFileSync('tar', ['-xzf', tarball, '-C', directory]);
  return { tarball, directory: join(directory, 'package') };
}

export interface ConsumerOptions {
  /** Packages that are not there, although the repository has them. */
  readonly without?: readonly string[];
  /** Looked through first, for the packages of an older Nest. */
  readonly modules?: string;
}

/**
 * A project of somebody else: an empty folder with the packed library, and with the packages of
 * this repository linked beside it instead of downloaded.
 */
export function makeConsumer(packed: string, options: ConsumerOptions = {}): string {
  const consumer = mkdtempSync(join(tmpdir(), 'nestrace-consumer-'));
  const modules = join(consumer, 'node_modules');
  mkdirSync(modules);
  cpSync(packed, join(modules, 'nestrace'), { recursive: true });
  const left = [
    'nestrace',
    'orders',
    'inventory',
    'nestrace-test-nest-11',
    ...(options.without ?? []),
  ];
  if (options.modules !== undefined) link(options.modules, modules, left);
  link(join(ROOT, 'node_modules'), modules, left);
  return consumer;
}

function link(from: string, to: string, left: readonly string[]): void {
  for (const name of packagesIn(from)) {
    const target = join(to, name);
    if (left.includes(name) || existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(join(from, name), target);
  }
}

function packagesIn(modules: string): readonly string[] {
  return readdirSync(modules).flatMap((name) => {
    if (name.startsWith('.')) return [];
    return name.startsWith('@')
      ? readdirSync(join(modules, name)).map((p) => `${name}/${p}`)
      : [name];
  });
}
