import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.js';
import type { FixtureSettings } from './fixtures/child.js';
import { waitUntil } from './wait-until.js';

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

/** Makes a fixture of `test/support/fixtures` ready to be started. */
export async function buildFixture(
  name: string,
  { without = [] }: { readonly without?: readonly string[] } = {},
): Promise<BuiltFixture> {
  const directory = await bundle({ main: `test/support/fixtures/${name}.fixture.ts` }, without);
  return new BuiltFixture(directory, join(directory, 'app', 'main.mjs'));
}
