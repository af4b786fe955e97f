import { execFileSync, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';

const SERVER_CORE = '0';
/** Of the load generator and of the receiver. */
const LOAD_CORE = '1';

const RECEIVER = join(import.meta.dirname, '../receive/receiver.mjs');

/** Without taskset the scheduler decides; the ratios are only noisier. */
const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/** Keeps this process, which makes the load, off the core of the server. */
export function pinLoad() {
  if (canPin) execFileSync('taskset', ['-acp', LOAD_CORE, process.pid], { stdio: 'ignore' });
}

export function startServer(file, options) {
  return start(SERVER_CORE, file, options);
}

export function startReceiver(env) {
  return start(LOAD_CORE, RECEIVER, { env, node: process.execPath });
}

/**
 * Starts a process and waits for its first message. All of its threads stay on the core, those of
 * the garbage collector too.
 */
async function start(core, file, { node, env, args = [] }) {
  const child = fork(file, {
    ...(canPin
      ? { execPath: 'taskset', execArgv: ['-c', core, node, ...args] }
      : { execPath: node, execArgv: args }),
    env: { ...process.env, NODE_ENV: 'production', ...env },
  });
  return { child, ...(await nextMessage(child)) };
}

/** Asks a process something and waits for its answer. */
export function ask({ child }, question) {
  child.send(question);
  return nextMessage(child);
}

async function nextMessage(child) {
  const listening = new AbortController();
  const { signal } = listening;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`${basename(child.spawnargs.at(-1))} ended by itself, with code ${code}`);
  });
  const answered = once(child, 'message', { signal }).then(([message]) => message);
  try {
    return await Promise.race([answered, ended]);
  } finally {
    listening.abort();
    // Which of the two is given up depends on the other.
    await Promise.allSettled([answered, ended]);
  }
}

/** Ends a server as it wants to be ended, and by force where it takes too long. */
export async function stopServer({ child }) {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  child.send('close');
  await ended;
  clearTimeout(timer);
}
