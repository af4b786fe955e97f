import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { call, type Answer } from '../client.js';
import { freePort } from '../demo.js';
import { waitUntil } from '../wait-until.js';
import { SHELL } from './shell.js';

const READY_WITHIN_MS = 60_000;

/** A built application in a process of its own, started as in production. */
export class RunningApplication {
  stdout = '';
  stderr = '';
  private readonly closed: Promise<unknown>;

  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {
    this.closed = once(child, 'close');
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
  }

  static async start(
    directory: string,
    env: NodeJS.ProcessEnv,
    portVariable: string,
  ): Promise<RunningApplication> {
    const port = await freePort();
    const child = spawn(process.execPath, ['dist/main'], {
      cwd: directory,
      env: { ...SHELL, [portVariable]: String(port), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new RunningApplication(`http://127.0.0.1:${port}`, child);
  }

  /** Tries until it listens: one request reaches it, not more. */
  async get(path: string): Promise<Answer> {
    let answer: Answer | undefined;
    const isDecided = async (): Promise<boolean> => {
      answer = await call(this.url + path).catch(() => undefined);
      return answer !== undefined || this.hasEnded;
    };
    const error: unknown = await waitUntil(isDecided, 'it answers', READY_WITHIN_MS).catch(
      (reason: unknown) => reason,
    );
    if (answer !== undefined) return answer;
    throw new Error(`No answer. It printed:\n${this.stdout}${this.stderr}`, { cause: error });
  }

  async stop(): Promise<void> {
    if (!this.hasEnded) this.child.kill();
    await this.closed;
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}
