/**
 * Cost of nestrace, next to the same application without it and next to what one would write by
 * hand on the same OpenTelemetry SDK (the floor).
 *
 *   npm run bench                                  CPU per request, Express, OTLP over HTTP
 *   npm run bench -- --adapter fastify --routes /hello,/chain --variants off,standard,floor
 *   npm run bench -- --rounds 2 --seconds 2        quicker, and noisier
 *   npm run bench -- --suite latency|block|start|memory
 *   npm run bench -- --json                        every round of it
 *
 * Server on one core, load generator and backend on the other, each a process of its own. The
 * variants run interleaved and are compared with the bare application of the same round: on a shared
 * machine digits drift, ratios stay.
 */
import { bench } from './measure/bench.mjs';
import { APP, buildBench } from './measure/build.mjs';
import { block } from './suites/block.mjs';
import { latency } from './suites/latency.mjs';
import { load } from './suites/load.mjs';
import { memory } from './suites/memory.mjs';
import { start } from './suites/start.mjs';
import { variantsIn } from './variants.mjs';

await bench({
  suites: { load, latency, block, start, memory },
  variants: variantsIn(APP),
  usual: {
    latency: ['bare', 'sampled out', 'standard', 'floor'],
    block: ['standard', 'floor'],
    start: ['bare', 'off', 'standard', 'floor'],
    memory: ['bare', 'standard'],
  },
  prepare: buildBench,
});
