/**
 * Why nestrace writes OTLP itself, and why span by span between other work.
 *
 *   node test/bench/encoder.mjs                Node as it is called, 3 rounds
 *   node test/bench/encoder.mjs --rounds 5 --rate 5000 --seconds 4
 *
 * First the encoding alone: CPU per span, for spans as a request has them (a SERVER span of 12
 * attributes, four children of three each). Then the whole way from a started span to a backend
 * in another process, beside an application that makes garbage, in five ways:
 *
 *   none    spans are made and thrown away; what the others cost comes on top
 *   stock   spans wait, the serialiser of OpenTelemetry writes the batch when it is sent
 *   flush   spans wait, ours writes the batch when it is sent
 *   end     ours writes each span inside the call that ends it
 *   slices  ours writes some spans at a time between other work: what nestrace does
 *
 * CPU and garbage collection are in microseconds per span, at as many requests as there is time for.
 * "A flush" is the CPU a turn of the event loop took that was as long as those that send 512 spans,
 * while requests came in one by one. Every variant runs in a process of its own, interleaved; compare
 * within a run, not between runs.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../../scripts/build.mjs';
import { ask, pinLoad, startReceiver, startServer } from './measure/processes.mjs';
import { inRounds } from './measure/rounds.mjs';
import { median } from './measure/statistics.mjs';
import { table } from './measure/table.mjs';

const { values: settings } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    rate: { type: 'string', default: '20000' },
    ways: { type: 'string', default: 'none,stock,flush,end,slices' },
  },
});

const ENCODERS = ['stock', 'own'];
const WAYS = settings.ways.split(',');

const VARIANT = join(import.meta.dirname, 'encoder/variant.mjs');

async function measure(task) {
  const variant = await startServer(VARIANT, {
    node: process.execPath,
    args: ['--expose-gc'],
  });
  const figures = await ask(variant, task);
  variant.child.disconnect();
  return figures;
}

/** The median of every figure, for each variant. */
async function compare(variants, task) {
  const rounds = await inRounds(Number(settings.rounds), variants, (variant) =>
    measure({ ...task, variant }),
  );
  const medianOf = (variant, figure) => median(rounds.map((results) => results[variant][figure]));
  return variants.map((variant) => ({
    variant,
    ...Object.fromEntries(
      Object.keys(rounds[0][variant]).map((figure) => [figure, medianOf(variant, figure)]),
    ),
  }));
}

await build();
pinLoad();
const receiver = await startReceiver({ BENCH_KEEPS: 'no' });

const encoders = await compare(ENCODERS, { kind: 'encode' });
const own = encoders.find(({ variant }) => variant === 'own');
console.log(`Node ${process.version}, ${settings.rounds} rounds, medians\n\nThe encoding alone\n`);
console.log(
  table(
    encoders.map(({ variant, cpuUs, firstMs }) => ({
      encoder: variant,
      'CPU µs/span': cpuUs.toFixed(2),
      '× own': (cpuUs / own.cpuUs).toFixed(1),
      'first 512 spans, ms': firstMs.toFixed(1),
    })),
  ),
);

const ways = await compare(WAYS, {
  kind: 'export',
  endpoint: receiver.endpoint,
  rate: Number(settings.rate),
  seconds: Number(settings.seconds),
});
const none = ways.find(({ variant }) => variant === 'none');
console.log(`\nFrom start to backend; flushes at ${settings.rate} spans per second\n`);
console.log(
  table(
    ways.map((way) => ({
      way: way.variant,
      'CPU µs/span': way.cpuUs.toFixed(2),
      added: (way.cpuUs - (none?.cpuUs ?? 0)).toFixed(2),
      'young GC': way.youngGcUs.toFixed(2),
      'old GC': way.oldGcUs.toFixed(2),
      'a flush ms': way.flushMs.toFixed(2),
      'longest turn ms': way.blockMs.toFixed(2),
      'bytes per waiting span': way.bytesWaiting.toFixed(0),
      'delivered %': (100 * way.delivered).toFixed(1),
    })),
  ),
);
receiver.child.disconnect();
