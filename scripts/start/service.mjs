import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { root } from '../root.mjs';

const POLL_MS = 100;
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 10_000;

/** One of the two services, as a child process. */
export class Service {
  #child;
  /** Resolves when the process has ended and all of its output was read. */
  ended;

  /** @param onLine called with every line the service prints */
  constructor({ name, port }, env, onLine) {
    this.name = name;
    this.port = port;
    const main = `apps/${name}/dist/main.js`;
    const stdio = ['ignore', 'pipe', 'pipe'];
    this.#child = spawn(process.execPath, ['--enable-source-maps', main], {
      cwd: root,
      env,
      stdio,
    });
    const streams = [this.#child.stdout, this.#child.stderr].map((input) => {
      const lines = createInterface({ input, crlfDelay: Infinity });
      lines.on('line', onLine);
      return once(lines, 'close');
    });
    this.ended = Promise.all([once(this.#child, 'exit'), ...streams]).then(([[code, signal]]) =>
      signal === null ? `exit code ${code}` : signal,
    );
  }

  get isRunning() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits until the service answers. False if it ends before, or needs too long. */
  async isReady() {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (this.isRunning && Date.now() < deadline) {
      if (await answers(`http://localhost:${this.port}/health`)) return true;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return false;
  }

  /** Asks the service to end and waits for it. False if it had to be killed. */
  async stop() {
    if (!this.isRunning) return true;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_WITHIN_MS);
    const how = await this.ended;
    clearTimeout(timer);
    return how !== 'SIGKILL';
  }
}

async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
