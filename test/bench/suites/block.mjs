import { ExpectedError } from '../../../scripts/expected-error.mjs';
import { get } from '../measure/load.mjs';
import { ask } from '../measure/processes.mjs';
import { inRounds } from '../measure/rounds.mjs';
import { received, withServer } from '../measure/servers.mjs';
import { median, quantile, rangeOf } from '../measure/statistics.mjs';

const defaults = {
  rounds: 3,
  spans: 500,
  flushes: 30,
  warmup: 5,
};

const ROUTE = '/chain';

/** How long the event loop stands still while so many spans are sent. */
export const block = { defaults, run };

async function run(bench) {
  const { settings } = bench;
  // Nothing is sent before it is asked for.
  const batch = { maxQueueSize: 2048, scheduledDelayMs: 600_000 };
  const waiting = { ...bench, settings: { ...settings, batch } };
  const rounds = await inRounds(settings.rounds, bench.names, (name) =>
    withServer(bench.variants[name], waiting, (server) => measure(bench, name, server)),
  );
  bench.show(
    `Longest block in a flush of ${settings.spans} spans, ${settings.rounds} rounds of ${settings.flushes}`,
    bench.names.map((name) => {
      const blocks = rounds.flatMap((results) => results[name]);
      return {
        variant: name,
        'median ms': median(blocks).toFixed(2),
        'p90 ms': quantile(blocks, 0.9).toFixed(2),
        'max ms': Math.max(...blocks).toFixed(2),
        'min–max of medians': rangeOf(
          rounds.map((results) => median(results[name])),
          2,
        ),
      };
    }),
  );
  return { rounds };
}

async function measure({ receiver, settings }, name, server) {
  await ask(server, 'block');
  const perRequest = await spansPerRequest(name, server, receiver);
  const requests = Math.round(settings.spans / perRequest);
  const blocks = [];
  for (let flush = 0; flush < settings.warmup + settings.flushes; flush++) {
    await ask(receiver, 'reset');
    for (let request = 0; request < requests; request++) await get(server.url + ROUTE);
    const { blockMs } = await ask(server, 'block');
    const { spans } = await received(receiver);
    if (spans !== requests * perRequest) {
      throw new ExpectedError(`"${name}" sent ${spans} of ${requests * perRequest} spans.`);
    }
    if (flush >= settings.warmup) blocks.push(blockMs);
  }
  return blocks;
}

async function spansPerRequest(name, server, receiver) {
  await ask(receiver, 'reset');
  await get(server.url + ROUTE);
  await ask(server, 'block');
  const { spans } = await received(receiver);
  if (spans === 0) throw new ExpectedError(`"${name}" sends nothing when it is flushed.`);
  return spans;
}
