import { inRounds } from '../measure/rounds.mjs';
import { withServer } from '../measure/servers.mjs';
import { median, rangeOf } from '../measure/statistics.mjs';

const defaults = { rounds: 15, providers: 200 };

/** From the start of the process until the application listens. */
export const start = { defaults, run };

async function run(bench) {
  const { settings } = bench;
  const names = [...new Set(['bare', ...bench.names])];
  const crowded = { ...bench, plan: { crowd: settings.providers } };
  const rounds = await inRounds(settings.rounds, names, (name) =>
    withServer(bench.variants[name], crowded, async ({ startedMs, startedCpuMs }) => ({
      startedMs,
      startedCpuMs,
    })),
  );
  bench.show(
    `Start of an application with ${settings.providers} providers, ${settings.rounds} rounds`,
    names.map((name) => row(rounds, name)),
  );
  return { rounds };
}

/** The processor time is what neighbours on the machine change least. */
function row(rounds, name) {
  const added = (unit) => rounds.map((results) => results[name][unit] - results.bare[unit]);
  return {
    variant: name,
    'median ms': median(rounds.map((results) => results[name].startedMs)).toFixed(0),
    'added ms': median(added('startedMs')).toFixed(0),
    'min–max': rangeOf(added('startedMs')),
    'CPU ms': median(rounds.map((results) => results[name].startedCpuMs)).toFixed(0),
    'added CPU ms': median(added('startedCpuMs')).toFixed(0),
    'CPU min–max': rangeOf(added('startedCpuMs')),
  };
}
