import { get, pace } from '../measure/load.mjs';
import { ask } from '../measure/processes.mjs';
import { inRounds } from '../measure/rounds.mjs';
import { withServer } from '../measure/servers.mjs';
import { median, quantile, rangeOf } from '../measure/statistics.mjs';
import { verify } from '../measure/verify.mjs';
import { WORK_ROUTE } from '../routes.mjs';

/** Two in five milliseconds of the server are busy: what is waited for is never another request. */
const defaults = {
  rounds: 5,
  seconds: 20,
  warmup: 3,
  rate: 20,
  'work-ms': 20,
};

/** What tracing adds to the time a request takes that really does something. */
export const latency = { defaults, run };

async function run(bench) {
  const { settings } = bench;
  const { rate, seconds, warmup } = settings;
  const workUnits = await unitsOf(settings['work-ms'], bench);
  const working = { ...bench, plan: { workUnits } };
  const names = [...new Set(['bare', ...bench.names])];
  const verified = await verify(names, working, { [WORK_ROUTE]: WORK_ROUTE });
  bench.show('What one request really sends', verified);
  const rounds = await inRounds(settings.rounds, names, (name) =>
    withServer(bench.variants[name], working, async ({ url }) => {
      await pace(url + WORK_ROUTE, { perSecond: rate, seconds: warmup });
      return pace(url + WORK_ROUTE, { perSecond: rate, seconds });
    }),
  );
  bench.show(
    `${WORK_ROUTE}, ${rate} requests/s, ${settings.rounds} rounds`,
    names.map((name) => row(rounds, name)),
  );
  return { workUnits, verified, rounds };
}

/** How much work takes so many milliseconds of the processor here. */
async function unitsOf(milliseconds, bench) {
  const plan = { workUnits: 1000 };
  return withServer(bench.variants.bare, { ...bench, plan }, async (server) => {
    const url = server.url + WORK_ROUTE;
    for (let request = 0; request < 20; request++) await get(url);
    const before = await ask(server, 'usage');
    for (let request = 0; request < 40; request++) await get(url);
    const after = await ask(server, 'usage');
    const taken = (after.cpuUs - before.cpuUs) / 40 / 1000;
    return 4 * Math.round((plan.workUnits * milliseconds) / taken / 4);
  });
}

/** The middle is compared within a round; too few requests of one are in the last hundredth. */
function row(rounds, name) {
  const own = rounds.flatMap((latencies) => latencies[name]);
  const bare = rounds.flatMap((latencies) => latencies.bare);
  const over = (part, whole, share) => (quantile(part, share) / quantile(whole, share) - 1) * 100;
  const added = rounds.map((latencies) => over(latencies[name], latencies.bare, 0.5));
  return {
    variant: name,
    requests: own.length,
    'p50 ms': quantile(own, 0.5).toFixed(3),
    'added %': median(added).toFixed(2),
    'min–max %': rangeOf(added, 2),
    'p99 ms': quantile(own, 0.99).toFixed(3),
    'p99 added %': over(own, bare, 0.99).toFixed(2),
  };
}
