/**
 * Cost of nestrace per request, next to the same application without it.
 *
 *   npm run bench                              Express, OTLP over HTTP, 5 rounds
 *   npm run bench -- --adapter fastify --protocol grpc --rounds 3 --seconds 2
 *   npm run bench -- --variants bare,off       what is compared; the first one has to be bare
 *
 * Server on one core, load generator and backend on the other, each a process of its own. The
 * variants run interleaved, forwards in even rounds and backwards in odd ones, and are compared
 * with the bare application of the same round: on a shared machine digits drift, ratios stay.
 */
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { build } from '../../scripts/build.mjs';
import { ROUTES, VARIANTS } from './variants.mjs';

const { values: settings } = parseArgs({
  options: {
    adapter: { type: 'string', default: 'express' },
    variants: { type: 'string', default: Object.keys(VARIANTS).join() },
    protocol: { type: 'string', default: 'http/protobuf' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    warmup: { type: 'string', default: '2' },
    connections: { type: 'string', default: '16' },
    json: { type: 'boolean', default: false },
  },
});
const [rounds, seconds, warmup, connections] = ['rounds', 'seconds', 'warmup', 'connections'].map(
  (name) => Number(settings[name]),
);

/** Pins a process to a core where the system can. */
function pin(pid, core) {
  if (availableParallelism() < 2) return;
  try {
    execFileSync('taskset', ['-cp', String(core), String(pid)], { stdio: 'ignore' });
  } catch {
    // Without taskset the scheduler decides; the ratios are only noisier.
  }
}

async function start(file, core, env) {
  const child = fork(join(import.meta.dirname, file), {
    env: { ...process.env, NODE_ENV: 'production', ...env },
  });
  pin(child.pid, core);
  const [ready] = await once(child, 'message');
  return { child, ...ready };
}

async function ask(child, question) {
  child.send(question);
  const [answer] = await once(child, 'message');
  return answer;
}

async function measure(variant, receiver) {
  const { child, url } = await start('server.mjs', 0, {
    BENCH_VARIANT: variant,
    BENCH_ADAPTER: settings.adapter,
    BENCH_PROTOCOL: settings.protocol,
    BENCH_ENDPOINT: receiver.endpoint,
  });
  const results = {};
  for (const route of Object.keys(ROUTES)) {
    await autocannon({ url: url + route, connections, duration: warmup });
    const before = await ask(child, 'usage');
    const load = await autocannon({ url: url + route, connections, duration: seconds });
    const after = await ask(child, 'usage');
    if (load.errors + load.non2xx > 0) throw new Error(`${variant} failed requests on ${route}`);
    const requests = load['2xx'];
    results[route] = {
      cpuUs: (after.cpuUs - before.cpuUs) / requests,
      requestsPerSecond: requests / load.duration,
      p99Ms: load.latency.p99,
      rssMb: after.rssBytes / 2 ** 20,
    };
  }
  results.delivery = await ask(child, 'close');
  results.received = await ask(receiver.child, 'count');
  return results;
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

await build();
pin(process.pid, 1);
const receiver = await start('receiver.mjs', 1, { BENCH_PROTOCOL: settings.protocol });
const names = settings.variants.split(',');
const all = [];
for (let round = 0; round < rounds; round++) {
  const results = {};
  for (const name of round % 2 === 0 ? names : names.toReversed()) {
    results[name] = await measure(name, receiver);
    process.stderr.write('.');
  }
  all.push(results);
}
receiver.child.disconnect();
process.stderr.write('\n');

const rows = [];
for (const route of Object.keys(ROUTES)) {
  for (const name of names) {
    const of = (pick) =>
      median(all.map((results) => pick(results[name][route], results.bare[route])));
    const ratios = all.map((results) => results[name][route].cpuUs / results.bare[route].cpuUs);
    rows.push({
      route,
      variant: name,
      'CPU µs/request': of((own) => own.cpuUs).toFixed(1),
      'added µs': of((own, bare) => own.cpuUs - bare.cpuUs).toFixed(1),
      '× bare': median(ratios).toFixed(2),
      'min–max': `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
      'requests/s × bare': of(
        (own, bare) => own.requestsPerSecond / bare.requestsPerSecond,
      ).toFixed(2),
      'p99 ms': of((own) => own.p99Ms).toFixed(1),
      'RSS MB': of((own) => own.rssMb).toFixed(0),
    });
  }
}

const delivered = all.flatMap((results) => results.exporting ?? []);
const truth = delivered.map(({ delivery, received }) => ({
  accepted: delivery.accepted,
  exported: delivery.exported,
  dropped: delivery.dropped.queue_full + delivery.dropped.shutdown,
  received: received.spans,
  'bytes/span': Math.round(received.bytes / Math.max(1, received.spans)),
}));

if (settings.json) {
  console.log(JSON.stringify({ settings, rows, truth, node: process.version }, null, 2));
} else {
  console.log(
    `Node ${process.version}, ${settings.adapter}, ${settings.protocol}, ${rounds} rounds`,
  );
  console.table(rows);
  console.log('What the backend really got from "exporting", per round:');
  console.table(truth);
}
