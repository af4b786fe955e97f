import { fork, type ChildProcess } from 'node:child_process';
import { waitUntil } from '../../support/wait-until.js';

/** A line a process has printed: its own events, and the JSON log of Nest. */
export interface Line {
  readonly event?: string;
  readonly level?: string;
  readonly context?: string;
  readonly message?: string;
  readonly [fact: string]: unknown;
}

export interface ChildSettings {
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeOptions?: readonly string[];
}

/** A process that is asked things, and whose every word is kept. */
export class Child<Q> {
  readonly lines: Line[] = [];
  exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | undefined;
  stderr = '';
  private readonly child: ChildProcess;
  private rest = '';
  private asked = 0;
  private readonly waiting = new Map<number, (message: Answer) => void>();

  constructor(
    private readonly name: string,
    file: string,
    { env = {}, nodeOptions = [] }: ChildSettings = {},
  ) {
    this.child = fork(file, {
      execArgv: [...nodeOptions],
      // Nothing of the machine it runs on may decide what is tested.
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.read(chunk.toString());
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.child.on('message', (message: Answer) => {
      this.waiting.get(message.id)?.(message);
      this.waiting.delete(message.id);
    });
    this.child.on('error', () => {});
    this.child.on('close', (code, signal) => {
      this.exit = { code, signal };
      for (const [id, settle] of this.waiting) settle({ id, error: this.report() });
      this.waiting.clear();
    });
  }

  ask<A>(question: Q): Promise<A> {
    const id = ++this.asked;
    return new Promise<A>((resolve, reject) => {
      this.waiting.set(id, ({ error, answer }) => {
        if (error === undefined) resolve(answer as A);
        else reject(new Error(error));
      });
      this.child.send({ id, question }, (error) => {
        if (error !== null) reject(new Error(`${error.message}${this.report()}`));
      });
    });
  }

  async waitForEvent(name: string, timeoutMs: number): Promise<Line> {
    const find = (): Line | undefined => this.lines.find(({ event }) => event === name);
    await this.until(() => find() !== undefined || this.exit !== undefined, name, timeoutMs);
    const line = find();
    if (line === undefined) throw new Error(`no "${name}"${this.report()}`);
    return line;
  }

  async waitForExit(timeoutMs: number): Promise<void> {
    await this.until(() => this.exit !== undefined, 'the end of the process', timeoutMs);
  }

  async until(condition: () => boolean, what: string, timeoutMs: number): Promise<void> {
    try {
      await waitUntil(condition, what, timeoutMs);
    } catch (error) {
      throw new Error(`${(error as Error).message}${this.report()}`, { cause: error });
    }
  }

  /** The standard error, line by line. */
  protected errorLines(): readonly Line[] {
    return this.stderr
      .split('\n')
      .filter((text) => text.trim() !== '')
      .map(parse)
      .filter(isMeant);
  }

  kill(signal: NodeJS.Signals): void {
    if (this.exit === undefined) this.child.kill(signal);
  }

  /** By force, for whoever is done with it. */
  async end(): Promise<void> {
    this.kill('SIGKILL');
    await this.waitForExit(10_000);
  }

  private report(): string {
    const lines = this.lines.map((line) => JSON.stringify(line)).join('\n');
    return `\n${this.name} printed:\n${lines}\n${this.stderr}`;
  }

  private read(text: string): void {
    const parts = (this.rest + text).split('\n');
    this.rest = parts.pop() ?? '';
    this.lines.push(...parts.map(parse).filter(isMeant));
  }
}

interface Answer {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string | undefined;
}

/** Requests that are meant to fail are said by Nest, each of them. */
const isMeant = ({ context }: Line): boolean => context !== 'ExceptionsHandler';

function parse(text: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return { message: text };
  }
}
