import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application } from './application.js';
import { installPackages } from './install-packages.js';
import { ROOT } from './packed-library.js';
import { run } from './shell.js';

export type ModuleType = 'esm' | 'cjs';

/**
 * A Nest CLI, and a folder in which it makes applications. They share one installation, with the
 * versions npm finds today, as everybody gets them who begins today.
 */
export class NestCli {
  private readonly applications: Application[] = [];

  private constructor(
    private readonly folder: string,
    private readonly modules: string,
    /** What `nest new` makes when nobody answers its questions. */
    private readonly usualType: ModuleType,
  ) {}

  /** The one of this repository. */
  static nest12(): Promise<NestCli> {
    return Promise.resolve(new NestCli(makeFolder(), join(ROOT, 'node_modules'), 'esm'));
  }

  static async nest11(): Promise<NestCli> {
    const folder = makeFolder();
    const cli = new NestCli(folder, join(folder, 'node_modules'), 'cjs');
    try {
      await installPackages(folder, '@nestjs/cli@11', '@nestjs/schematics@11');
      return cli;
    } catch (error) {
      cli.remove();
      throw error;
    }
  }

  async make(type: ModuleType): Promise<Application> {
    if (type === this.usualType) {
      await this.run('@nestjs/cli/bin/nest.js', 'new', type, '-p', 'npm', ...NOTHING_BESIDE);
    } else {
      // What the CLI runs when somebody at a terminal chooses the other type: it has no flag for it.
      await this.run(
        '@angular-devkit/schematics-cli/bin/schematics.js',
        '@nestjs/schematics:application',
        `--name=${type}`,
        `--type=${type}`,
        '--package-manager=npm',
        '--language=ts',
        '--strict',
      );
    }
    const application = new Application(join(this.folder, type));
    this.applications.push(application);
    return application;
  }

  /** Installs what its applications need, and packages for all of them. */
  async install(...packages: readonly string[]): Promise<void> {
    const manifests = this.applications.map(({ manifest }) => manifest);
    writeFileSync(
      join(this.folder, 'package.json'),
      JSON.stringify({
        private: true,
        dependencies: merged(manifests.map(({ dependencies }) => dependencies)),
        devDependencies: merged(manifests.map(({ devDependencies }) => devDependencies)),
      }),
    );
    await installPackages(this.folder, ...packages);
    for (const { directory } of this.applications) {
      symlinkSync('../node_modules', join(directory, 'node_modules'));
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private run(file: string, ...args: readonly string[]): Promise<string> {
    return run(this.folder, process.execPath, join(this.modules, file), ...args);
  }
}

const NOTHING_BESIDE = ['--skip-install', '--skip-git'];

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nestrace-generated-'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  return folder;
}

function merged(
  ranges: readonly Readonly<Record<string, string>>[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(ranges.flatMap((range) => Object.entries(range)));
}
