import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitUntil } from '../wait-until.js';
import type { Account } from './account.js';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

export interface StartOptions {
  /** Asked again and again until it no longer throws. */
  readonly ask: () => Promise<void>;
  /** What makes the server end in an orderly way, breaking its connections. */
  readonly stopSignal: NodeJS.Signals;
}

/**
 * A server with a folder of its own below the temporary folder of the system. Both are gone after
 * {@link ServerProcess.stop}, and at the latest when this process ends.
 */
export class ServerProcess {
  readonly folder: string;
  private child: ChildProcess | undefined;
  private output = '';
  private readonly onExit = (): void => {
    this.child?.kill('SIGKILL');
    this.remove();
  };

  /** Without an account it runs as whoever runs the tests. */
  constructor(
    name: string,
    private readonly account: Account | undefined,
  ) {
    this.folder = mkdtempSync(join(tmpdir(), `nestrace-${name}-`));
    this.giveAway(this.folder);
    process.once('exit', this.onExit);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): string {
    const file = this.path(name);
    writeFileSync(file, text, { mode: 0o600 });
    this.giveAway(file);
    return file;
  }

  /** Runs a program to its end, as the account the server will run as. */
  async run(program: string, args: readonly string[]): Promise<void> {
    await promisify(execFile)(program, args, this.surroundings());
  }

  async start(program: string, args: readonly string[], options: StartOptions): Promise<void> {
    const child = spawn(program, args, {
      ...this.surroundings(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
    let failure: Error | undefined;
    child.once('error', (error) => {
      failure = error;
    });
    this.stopSignal = options.stopSignal;
    await waitUntil(
      async () => {
        if (failure !== undefined) throw failure;
        if (child.exitCode !== null) {
          throw new Error(`${program} ended with ${child.exitCode}:\n${this.output}`);
        }
        return options.ask().then(
          () => true,
          () => false,
        );
      },
      `${program} does not answer`,
      START_TIMEOUT_MS,
    );
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      child.kill(this.stopSignal);
      await waitUntil(
        () => child.exitCode !== null || child.signalCode !== null,
        `the server does not end: ${this.output}`,
        STOP_TIMEOUT_MS,
      ).catch((error: unknown) => {
        child.kill('SIGKILL');
        throw error;
      });
    }
    process.off('exit', this.onExit);
    this.remove();
  }

  private stopSignal: NodeJS.Signals = 'SIGTERM';

  private remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private giveAway(path: string): void {
    if (this.account !== undefined) chownSync(path, this.account.uid, this.account.gid);
  }

  private surroundings(): { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number } {
    const { PATH } = process.env;
    return { cwd: this.folder, env: { PATH, HOME: this.folder, LC_ALL: 'C' }, ...this.account };
  }
}

/** A port nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  return port;
}
