import { inRounds } from '../measure/rounds.mjs';
import { withServer } from '../measure/servers.mjs';
import { median } from '../measure/statistics.mjs';

const defaults = { variants: 'bare,off,standard,floor', rounds: 15, providers: 200 };

/** From the start of the process until the application listens. */
export const start = { defaults, run };

async function run(bench) {
  const { settings } = bench;
  const names = [...new Set(['bare', ...bench.names])];
  const crowded = { ...bench, plan: { crowd: settings.providers } };
  const rounds = await inRounds(settings.rounds, names, (name) =>
    withServer(bench.variants[name], crowded, async ({ startedMs }) => startedMs),
  );
  bench.show(
    `Start of an application with ${settings.providers} providers, ${settings.rounds} rounds`,
    names.map((name) => {
      const added = rounds.map((results) => results[name] - results.bare);
      return {
        variant: name,
        'median ms': median(rounds.map((results) => results[name])).toFixed(0),
        'added ms': median(added).toFixed(0),
        'min–max': `${Math.min(...added).toFixed(0)}–${Math.max(...added).toFixed(0)}`,
      };
    }),
  );
  return { rounds };
}
