import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ExpectedError } from '../expected-error.mjs';
import { root } from '../root.mjs';

const POLL_MS = 100;
/** It may have to build everything first. */
const READY_WITHIN_MS = 300_000;

/** The demo as `npm start` starts it, on ports that nobody uses by chance. */
export async function startDemo(env) {
  const [orders, inventory] = [3400, 3401];
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ORDERS_PORT: String(orders), INVENTORY_PORT: String(inventory), ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  const closed = once(child, 'close');
  const demo = {
    url: `http://localhost:${orders}`,
    stop: async () => {
      if (child.exitCode === null) child.kill('SIGINT');
      await closed;
    },
  };
  try {
    await until(() => {
      if (child.exitCode !== null) throw new ExpectedError(`The demo has ended:\n${output}`);
      return output.includes('Ctrl-C');
    }, 'the demo');
    await until(async () => {
      const answer = await fetch(`http://localhost:${inventory}/_otel/api/meta`);
      return (await answer.json()).hub?.role === 'sibling';
    }, 'inventory to find the panel of orders');
    return demo;
  } catch (error) {
    await demo.stop();
    throw error;
  }
}

async function until(condition, what) {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new ExpectedError(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
