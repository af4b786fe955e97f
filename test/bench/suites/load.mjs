import { saturate, warmUp } from '../measure/load.mjs';
import { ask } from '../measure/processes.mjs';
import { inRounds } from '../measure/rounds.mjs';
import { received, withServer } from '../measure/servers.mjs';
import { median, quantile, rangeOf } from '../measure/statistics.mjs';
import { verify } from '../measure/verify.mjs';

const defaults = { rounds: 5, seconds: 4, warmup: 40_000, connections: 16 };

/** What a request costs a server that has as many as it can answer. */
export const load = { defaults, run };

async function run(bench) {
  const { settings, routes } = bench;
  // Everything is compared with the bare application of the same round.
  const names = [...new Set(['bare', ...bench.names])];
  const verified = await verify(names, bench, routes);
  bench.show('What one request really sends', verified);
  const rounds = await inRounds(settings.rounds, names, (name) =>
    withServer(bench.variants[name], bench, async (server) => {
      const results = {};
      for (const [route, path] of Object.entries(routes)) {
        results[route] = await measure(bench, name, server, server.url + path);
      }
      return results;
    }),
  );
  for (const route of Object.keys(routes)) {
    bench.show(
      `${route}, medians of ${settings.rounds} rounds`,
      names.map((name) => row(rounds, route, name, verified)),
    );
  }
  return { verified, rounds };
}

async function measure({ variants, receiver, settings }, name, server, url) {
  await ask(receiver, 'reset');
  const warm = await warmUp(url, settings);
  const before = await ask(server, 'usage');
  const measured = await saturate(url, settings);
  const after = await ask(server, 'usage');
  const { spans, bytes } = await received(receiver, variants[name].settleMs);
  const all = warm.requests + measured.requests;
  return {
    cpuUs: (after.cpuUs - before.cpuUs) / measured.requests,
    requestsPerSecond: measured.requests / measured.seconds,
    p50Ms: quantile(measured.latencies, 0.5),
    p99Ms: quantile(measured.latencies, 0.99),
    rssMb: after.rssBytes / 2 ** 20,
    spansPerRequest: spans / all,
    bytesPerRequest: bytes / all,
  };
}

function row(rounds, route, name, verified) {
  const of = (pick) =>
    median(
      rounds.map((results) =>
        pick(results[name][route], results.bare[route], results.floor?.[route]),
      ),
    );
  const ratios = rounds.map((results) => results[name][route].cpuUs / results.bare[route].cpuUs);
  const added = of((own, bare) => own.cpuUs - bare.cpuUs);
  const spans = of((own) => own.spansPerRequest);
  const delivered = deliveredShare(spans, verified, route, name);
  return {
    variant: name,
    'CPU µs': of((own) => own.cpuUs).toFixed(1),
    // What neighbours take from the processor's caches only ever adds to it.
    'least CPU µs': Math.min(...rounds.map((results) => results[name][route].cpuUs)).toFixed(1),
    'added µs': added.toFixed(1),
    '× bare': median(ratios).toFixed(2),
    'min–max': rangeOf(ratios, 2),
    ...(rounds[0].floor !== undefined && {
      'added × floor': of(
        (own, bare, floor) => (own.cpuUs - bare.cpuUs) / (floor.cpuUs - bare.cpuUs),
      ).toFixed(2),
    }),
    'requests/s × bare': of((own, bare) => own.requestsPerSecond / bare.requestsPerSecond).toFixed(
      2,
    ),
    'p50 ms': of((own) => own.p50Ms).toFixed(2),
    'p99 ms': of((own) => own.p99Ms).toFixed(2),
    'RSS MB': of((own) => own.rssMb).toFixed(0),
    'spans/request': spans.toFixed(2),
    'bytes/request': of((own) => own.bytesPerRequest).toFixed(0),
    ...(delivered !== undefined && {
      'delivered %': (100 * delivered).toFixed(0),
      'added µs/span': (added / spans).toFixed(1),
    }),
  };
}

/**
 * Of the spans a request makes, those that were received under load: a variant that loses some looks
 * cheaper than it is. Undefined where there are none, or where it is chance how many there are.
 */
function deliveredShare(underLoad, verified, route, name) {
  const alone = verified.find((entry) => entry.variant === name && entry.route === route);
  return alone.traces === alone.requests ? underLoad / alone['spans/request'] : undefined;
}
