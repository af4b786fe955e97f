import { setTimeout as sleep } from 'node:timers/promises';
import { ask, startServer, stopServer } from './processes.mjs';

/** What a server is told unless its variant or the suite says something else. */
const PLAN = { options: {}, workUnits: 0, crowd: 0 };

/** Starts the server of a variant, hands it to `use` and stops it. */
export async function withServer(variant, { receiver, settings, node, plan, args = [] }, use) {
  const { endpoint, grpcEndpoint } = receiver;
  const told = { endpoint, grpcEndpoint, ...settings };
  const server = await startServer(variant.file, {
    node,
    args: [...(variant.args ?? []), ...args],
    env: {
      ...variant.env?.(told),
      BENCH_PLAN: JSON.stringify({
        ...PLAN,
        adapter: settings.adapter,
        endpoint,
        ...variant.plan?.(told),
        ...plan,
      }),
    },
  });
  try {
    return await use(server);
  } finally {
    await stopServer(server);
  }
}

/** However much is on its way, it is not waited for any longer. */
const PATIENCE_MS = 30_000;

/** Waits until nothing more comes in, and tells what has come in since the last reset. */
export async function received(receiver, settleMs = 0) {
  const began = performance.now();
  let news = began;
  let last = 0;
  while (performance.now() - news < settleMs && performance.now() - began < PATIENCE_MS) {
    await sleep(50);
    const { deliveries } = await ask(receiver, 'deliveries');
    if (deliveries !== last) news = performance.now();
    last = deliveries;
  }
  return ask(receiver, 'count');
}
