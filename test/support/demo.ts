import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { waitUntil } from './wait-until.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The first start may have to build everything. */
const READY_WITHIN_MS = 240_000;

/** What a shell of a developer has, and not what the test runner adds to it. */
const { NODE_ENV: _nodeEnv, VITEST: _vitest, ...shell } = process.env;

/** A trace as the launcher has drawn it. */
export interface DrawnTrace {
  readonly traceId: string;
  /** In the order the trace met them. */
  readonly services: string;
  /** One line per span, name and kind, indented by its depth. */
  readonly tree: string;
  /** As it was printed. */
  readonly text: string;
}

/** `npm start` without npm: the launcher and, below it, both services. */
export class Demo {
  /** What was printed so far. */
  stdout = '';
  stderr = '';
  readonly ordersUrl: string;
  readonly inventoryUrl: string;
  private readonly child: ChildProcess;
  /** It has ended, and all of its output was read. */
  private readonly closed: Promise<unknown>;

  private constructor(
    readonly ports: {
      readonly orders: number;
      readonly inventory: number;
      readonly ingest: number;
    },
    env: NodeJS.ProcessEnv,
    args: readonly string[],
  ) {
    this.ordersUrl = `http://127.0.0.1:${ports.orders}`;
    this.inventoryUrl = `http://127.0.0.1:${ports.inventory}`;
    this.child = spawn(process.execPath, ['scripts/start.mjs', ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...shell,
        ORDERS_PORT: String(ports.orders),
        INVENTORY_PORT: String(ports.inventory),
        OTEL_PANEL_INGEST_PORT: String(ports.ingest),
        ...env,
      },
    });
    this.closed = once(this.child, 'close');
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
  }

  /** Starts it and does not wait. */
  static async launch(env: NodeJS.ProcessEnv = {}, ...args: string[]): Promise<Demo> {
    const [orders, inventory, ingest] = [await freePort(), await freePort(), await freePort()];
    return new Demo({ orders, inventory, ingest }, env, args);
  }

  /** Starts it and waits until both services answer. */
  static async start(env: NodeJS.ProcessEnv = {}, ...args: string[]): Promise<Demo> {
    const demo = await Demo.launch(env, ...args);
    const isDecided = (): boolean => demo.output.includes('Ctrl-C') || demo.hasEnded;
    await waitUntil(isDecided, 'the demo is ready', READY_WITHIN_MS);
    if (demo.hasEnded) {
      await demo.closed;
      throw new Error(`The demo ended (${demo.how}):\n${demo.output}`);
    }
    return demo;
  }

  get output(): string {
    return this.stdout + this.stderr;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private get how(): string {
    return this.child.signalCode ?? `exit code ${this.child.exitCode}`;
  }

  /** Sends a signal and waits for the end. Returns the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    if (!this.hasEnded) this.child.kill(signal);
    return this.exitCode();
  }

  async exitCode(): Promise<number | null> {
    await this.closed;
    return this.child.exitCode;
  }

  /** Waits for the picture of the trace with this id. */
  async trace(traceId: unknown): Promise<DrawnTrace> {
    const find = (): DrawnTrace | undefined =>
      drawnTraces(this.stdout).find((trace) => trace.traceId === traceId);
    await waitUntil(() => find() !== undefined, `trace ${traceId} is drawn`, 10_000);
    return find() as DrawnTrace;
  }
}

/** All traces in a text, in the order they were drawn. */
export function drawnTraces(output: string): readonly DrawnTrace[] {
  const blocks = output.matchAll(
    /^trace ([0-9a-f]{32}) {2}(.+?) {2}\d+ spans? .*\n((?: {2}.*\n)+)/gm,
  );
  return [...blocks].map(([text, traceId = '', services = '', rows = '']) => ({
    traceId,
    services,
    tree: rows.split('\n').flatMap(readRow).join('\n'),
    text,
  }));
}

/** Name and kind of the span on a line; lines about exceptions carry none. */
function readRow(line: string): readonly string[] {
  const row = /^ {2}((?:│ {2}|├─ |└─ | {3})*)(\S.*?) {2,}(SERVER|CLIENT|internal) /.exec(line);
  if (row === null) return [];
  const [, branches = '', name, kind] = row;
  return [`${'  '.repeat(branches.length / 3)}${name} ${kind}`];
}

/** A port nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
