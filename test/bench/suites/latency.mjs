import { get, pace } from '../measure/load.mjs';
import { inRounds } from '../measure/rounds.mjs';
import { withServer } from '../measure/servers.mjs';
import { median, quantile } from '../measure/statistics.mjs';
import { verify } from '../measure/verify.mjs';
import { WORK_ROUTE } from '../routes.mjs';

/** Two in five milliseconds of the server are busy: what is waited for is never another request. */
const defaults = {
  variants: 'bare,sampled out,standard,floor',
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

/** How much work takes so many milliseconds here. */
async function unitsOf(milliseconds, bench) {
  const tried = 1000;
  return withServer(
    bench.variants.bare,
    { ...bench, plan: { workUnits: tried } },
    async (server) => {
      const latencies = [];
      for (let request = 0; request < 60; request++) {
        const began = performance.now();
        await get(server.url + WORK_ROUTE);
        latencies.push(performance.now() - began);
      }
      return 4 * Math.round((tried * milliseconds) / median(latencies.slice(20)) / 4);
    },
  );
}

/** The middle is compared within a round; too few requests of one are in the last hundredth. */
function row(rounds, name) {
  const own = rounds.flatMap((latencies) => latencies[name]);
  const bare = rounds.flatMap((latencies) => latencies.bare);
  const p50 = rounds.map(
    (latencies) => quantile(latencies[name], 0.5) / quantile(latencies.bare, 0.5),
  );
  const percent = (ratio) => ((ratio - 1) * 100).toFixed(2);
  return {
    variant: name,
    requests: own.length,
    'p50 ms': quantile(own, 0.5).toFixed(3),
    'added %': percent(median(p50)),
    'min–max %': `${percent(Math.min(...p50))}–${percent(Math.max(...p50))}`,
    'p99 ms': quantile(own, 0.99).toFixed(3),
    'p99 added %': percent(quantile(own, 0.99) / quantile(bare, 0.99)),
  };
}
