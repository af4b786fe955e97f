import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { FixtureSettings } from './fixtures/child.js';
import { waitUntil } from './wait-until.js';

const SOURCE_CONDITION = 'nestrace/source';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** A line a fixture has printed: its own events, and the JSON log of Nest. */
export interface Line {
  readonly event?: string;
  readonly level?: string;
  readonly context?: string;
  readonly message?: string;
  readonly [fact: string]: unknown;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** An application in a process of its own. */
export class RunningFixture {
  readonly lines: Line[] = [];
  exit: Exit | undefined;
  private output = '';
  private errors = '';

  constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => {
      this.read(chunk.toString());
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      this.errors += chunk.toString();
    });
    // Not 'exit': what the process has printed last may still be on its way then.
    child.on('close', (code, signal) => {
      this.exit = { code, signal };
    });
  }

  /** What went to the standard error, which should be nothing. */
  get stderr(): string {
    return this.errors;
  }

  /** Messages nestrace has logged, with their level in front. */
  logged(): readonly string[] {
    return this.lines
      .filter(({ context }) => context === 'OtelModule')
      .map(({ level, message }) => `${level} ${message}`);
  }

  async waitForEvent(name: string, timeoutMs?: number): Promise<Line> {
    const find = (): Line | undefined => this.lines.find(({ event }) => event === name);
    await this.until(
      () => find() !== undefined || this.exit !== undefined,
      `event "${name}"`,
      timeoutMs,
    );
    const line = find();
    if (line === undefined)
      throw new Error(`It ended without the event "${name}".${this.report()}`);
    return line;
  }

  async waitForExit(timeoutMs?: number): Promise<Exit> {
    await this.until(() => this.exit !== undefined, 'the end of the process', timeoutMs);
    return this.exit as Exit;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  private async until(condition: () => boolean, what: string, timeoutMs = 10_000): Promise<void> {
    try {
      await waitUntil(condition, what, timeoutMs);
    } catch (error) {
      throw new Error(`${(error as Error).message}${this.report()}`, { cause: error });
    }
  }

  private report(): string {
    const lines = this.lines.map((line) => JSON.stringify(line)).join('\n');
    return `\nIt printed:\n${lines}\n${this.errors}`;
  }

  private read(text: string): void {
    const parts = (this.output + text).split('\n');
    this.output = parts.pop() ?? '';
    for (const part of parts) this.lines.push(parse(part));
  }
}

function parse(text: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return { message: text };
  }
}

/** A fixture as plain JavaScript, ready to be started any number of times. */
export class BuiltFixture {
  private readonly running: RunningFixture[] = [];

  constructor(
    private readonly directory: string,
    private readonly file: string,
  ) {}

  start(settings: FixtureSettings, env: Readonly<Record<string, string>> = {}): RunningFixture {
    const child = spawn(process.execPath, [this.file], {
      cwd: this.directory,
      // Nothing of the machine it runs on may decide what is tested.
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'test',
        ...env,
        FIXTURE_SETTINGS: JSON.stringify(settings),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const fixture = new RunningFixture(child);
    this.running.push(fixture);
    return fixture;
  }

  /** Ends what still runs and removes the files. */
  async remove(): Promise<void> {
    for (const fixture of this.running) {
      if (fixture.exit === undefined) fixture.kill('SIGKILL');
      await fixture.waitForExit();
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/**
 * Bundles a fixture of `test/support/fixtures` with the sources of the library, as an application
 * is bundled for production: Node cannot run TypeScript with decorators. All packages stay outside
 * and are found through links, those of NestJS in the version the suite runs with. Packages, or
 * whole scopes, that are named in `without` cannot be found.
 */
export async function buildFixture(
  name: string,
  { without = [] }: { readonly without?: readonly string[] } = {},
): Promise<BuiltFixture> {
  const directory = mkdtempSync(join(tmpdir(), 'nestrace-fixture-'));
  const app = join(directory, 'app');
  mkdirSync(app);
  linkPackages(join(directory, 'node_modules'), without);
  if (process.env['NESTRACE_TEST_NEST'] === '11') {
    symlinkSync(fromRoot('test/nest-11/node_modules'), join(app, 'node_modules'));
  }
  await build({
    root: fromRoot('.'),
    configFile: false,
    logLevel: 'error',
    oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
    ssr: { resolve: { conditions: [SOURCE_CONDITION, 'node'] } },
    build: {
      ssr: fromRoot(`test/support/fixtures/${name}.fixture.ts`),
      outDir: app,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'main.mjs', chunkFileNames: '[name].mjs' } },
    },
  });
  return new BuiltFixture(directory, join(app, 'main.mjs'));
}

function linkPackages(target: string, without: readonly string[]): void {
  mkdirSync(target);
  const source = fromRoot('node_modules');
  for (const name of readdirSync(source)) {
    if (!without.includes(name)) symlinkSync(join(source, name), join(target, name));
  }
}
