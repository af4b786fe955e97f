/**
 * Cost of others who trace a Nest application, next to nestrace: the same application, load and
 * backend. Each is set up as its documentation says, on Node 24, and has to prove that it sends
 * spans before it is measured.
 *
 *   npm run bench:peers                            installs them first
 *   npm run bench:peers -- --adapter fastify --variants floor,nestrace,observe
 *   npm run bench:peers -- --suite latency|start|memory
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bench } from './measure/bench.mjs';
import { installPeers } from './peers/install.mjs';
import { node24 } from './peers/node-24.mjs';
import { PEERS, VARIANTS } from './peers/variants.mjs';
import { latency } from './suites/latency.mjs';
import { load } from './suites/load.mjs';
import { memory } from './suites/memory.mjs';
import { start } from './suites/start.mjs';

const folder = join(import.meta.dirname, 'peers');

await bench({
  suites: { load, latency, start, memory },
  variants: VARIANTS,
  formats: ['observe', 'datadog', 'sentry'].map((name) => join(folder, `receive/${name}.mjs`)),
  prepare: () => installPeers(Object.keys(PEERS)),
  node: node24,
  about: versions,
});

/** What was installed of each peer. */
function versions() {
  return Object.assign(
    {},
    ...Object.keys(PEERS).map(
      (peer) => JSON.parse(readFileSync(join(folder, peer, 'package.json'), 'utf8')).dependencies,
    ),
  );
}
