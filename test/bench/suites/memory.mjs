import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { ask } from '../measure/processes.mjs';
import { withServer } from '../measure/servers.mjs';

const defaults = {
  minutes: 10,
  'sample-seconds': 15,
  connections: 16,
};

/** Bodies that are kept would be gigabytes. */
const receiverKeeps = 'no';

const MB = 2 ** 20;

/** Whether what is left after a garbage collection stays the same under full load. */
export const memory = { defaults, receiverKeeps, run };

async function run(bench) {
  // The queue is that of a user: what waits in it is part of what is measured.
  const settings = { ...bench.settings, batch: {} };
  const runs = {};
  for (const name of bench.names) {
    runs[name] = await withServer(
      bench.variants[name],
      { ...bench, settings, args: ['--expose-gc'] },
      (server) => watch(bench, name, server),
    );
    bench.show(`${name}, after a garbage collection`, runs[name].samples.map(shown));
  }
  bench.show(
    `After ${settings.minutes} minutes at full load`,
    bench.names.map((name) => summary(name, runs)),
  );
  return runs;
}

async function watch({ settings, routes, receiver }, name, server) {
  const seconds = settings.minutes * 60;
  const every = settings['sample-seconds'];
  await ask(receiver, 'reset');
  const load = autocannon({
    url: server.url,
    requests: Object.values(routes).map((path) => ({ path })),
    connections: settings.connections,
    duration: seconds,
  });
  const began = performance.now();
  const samples = [];
  for (let at = every; at <= seconds; at += every) {
    await sleep(began + at * 1000 - performance.now());
    const { heapUsed, external, rss } = await ask(server, 'memory');
    samples.push({
      seconds: at,
      heapMb: heapUsed / MB,
      externalMb: external / MB,
      rssMb: rss / MB,
    });
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  const { '2xx': requests, errors, non2xx } = await load;
  if (errors + non2xx > 0) throw new Error(`"${name}" failed ${errors + non2xx} requests`);
  const { bytes } = await ask(receiver, 'deliveries');
  return { requests, bytes, samples };
}

function shown({ seconds, heapMb, externalMb, rssMb }) {
  return {
    seconds,
    'heap MB': heapMb.toFixed(1),
    'external MB': externalMb.toFixed(1),
    'RSS MB': rssMb.toFixed(0),
  };
}

function summary(name, runs) {
  const { requests, bytes, samples } = runs[name];
  // The code is warm by then, and what grows still does.
  const late = samples.slice(samples.length >> 1);
  const last = samples.at(-1);
  const bare = runs.bare?.samples.at(-1);
  return {
    variant: name,
    requests,
    'received MB': (bytes / MB).toFixed(0),
    'heap MB': last.heapMb.toFixed(1),
    'heap MB/minute': (60 * slope(late, (sample) => sample.heapMb)).toFixed(3),
    'RSS MB': last.rssMb.toFixed(0),
    'RSS MB/minute': (60 * slope(late, (sample) => sample.rssMb)).toFixed(2),
    ...(bare !== undefined && { 'RSS over bare MB': (last.rssMb - bare.rssMb).toFixed(0) }),
  };
}

/** How much it grows in a second, by least squares. */
function slope(samples, pick) {
  const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const meanSeconds = mean(samples.map(({ seconds }) => seconds));
  const meanValue = mean(samples.map(pick));
  let above = 0;
  let below = 0;
  for (const sample of samples) {
    const distance = sample.seconds - meanSeconds;
    above += distance * (pick(sample) - meanValue);
    below += distance ** 2;
  }
  return below === 0 ? 0 : above / below;
}
