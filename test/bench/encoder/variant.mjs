/** One variant of `../encoder.mjs`, in a process of its own. */
import { constants, performance, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { quantile } from '../measure/statistics.mjs';

const PIPELINE = '../../../libs/nestrace/build/pipeline';
const { Delivery } = await import(`${PIPELINE}/exporters/delivery.js`);
const { HttpTransport } = await import(`${PIPELINE}/exporters/http.transport.js`);
const { ObservedExporter } = await import(`${PIPELINE}/exporters/observed.exporter.js`);
const { ProtobufFormat } = await import(`${PIPELINE}/exporters/otlp/protobuf/protobuf.format.js`);
const { TransportExporter } = await import(`${PIPELINE}/exporters/transport.exporter.js`);
const { BatchProcessor } = await import(`${PIPELINE}/processors/batch.processor.js`);
const { exportBatch } = await import(`${PIPELINE}/processors/export-batch.js`);
const { SpanPipeline } = await import(`${PIPELINE}/processors/span-pipeline.processor.js`);

const BATCH = 512;
const SPANS_PER_REQUEST = 5;

const ours = new ProtobufFormat();
const whole = (encodeAll) => ({ encode: encodeAll });
const FORMATS = {
  stock: whole((spans) => ProtobufTraceSerializer.serializeRequest(spans)),
  own: ours,
  flush: whole((spans) => ours.encode(spans)),
  end: ours,
  slices: ours,
};

/** What nestrace would be if it wrote each span inside the call that ends it. */
class EndProcessor {
  batches = [];
  exporting;

  constructor(exporter) {
    this.exporter = exporter;
  }

  get queued() {
    return this.batches.reduce((sum, { size }) => sum + size, 0);
  }

  onStart() {}

  onEnd(span) {
    this.exporter.delivery.accepted++;
    let open = this.batches.at(-1);
    if (open === undefined || open.size >= BATCH) {
      open = this.exporter.startBatch();
      this.batches.push(open);
    }
    this.exporter.addTo(open, span);
    if (open.size === BATCH) setImmediate(() => (this.exporting ??= this.exportAll(BATCH)));
  }

  async exportAll(atLeast) {
    while (this.batches[0]?.size >= atLeast) {
      await exportBatch(this.exporter, this.batches.shift());
    }
    this.exporting = undefined;
  }

  async forceFlush() {
    await this.exporting;
    await this.exportAll(1);
  }

  async shutdown() {}
}

const NO_PROCESSOR = { onStart() {}, onEnd() {}, async forceFlush() {}, async shutdown() {} };

function processorFor(variant, transport, delivery, maxQueueSize = 100_000) {
  if (variant === 'none') return NO_PROCESSOR;
  const exporter = new TransportExporter(FORMATS[variant], transport, 10_000);
  const observed = new ObservedExporter(exporter, delivery, 10_000);
  if (variant === 'end') return new EndProcessor(observed);
  return new BatchProcessor(observed, {
    maxQueueSize,
    maxExportBatchSize: BATCH,
    scheduledDelayMs: 5000,
    exportTimeoutMs: 10_000,
  });
}

function tracerWith(processor) {
  return new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'orders',
      'service.version': '1.2.3',
      'service.instance.id': '0af7651916cd43dd8448eb211c80319c',
      'host.name': 'orders-7d9f',
      'process.pid': 1,
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.name': 'opentelemetry',
      'telemetry.sdk.version': '2.12.1',
    }),
    sampler: new AlwaysOnSampler(),
    spanProcessors: [new SpanPipeline([processor])],
  }).getTracer('nestrace', '0.1.0');
}

let requests = 0;

/** The spans of one request. */
function request(tracer) {
  const id = ++requests;
  const server = tracer.startSpan(
    'GET /users/:id',
    {
      kind: SpanKind.SERVER,
      attributes: {
        'nest.type': 'request',
        'http.request.method': 'GET',
        'url.path': `/users/${id}`,
        'url.scheme': 'http',
        'network.protocol.version': '1.1',
        'server.address': 'localhost',
        'server.port': 3000,
        'user_agent.original': `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 ${id % 50}`,
        'client.address': '127.0.0.1',
        'http.route': '/users/:id',
      },
    },
    ROOT_CONTEXT,
  );
  const inside = trace.setSpan(ROOT_CONTEXT, server);
  for (let child = 1; child < SPANS_PER_REQUEST; child++) {
    const attributes = {
      'nest.type': 'provider',
      'code.function.name': 'UsersService.findOne',
      'nest.module': 'UsersModule',
    };
    tracer.startSpan('UsersService.findOne', { attributes }, inside).end();
  }
  server.setAttribute('nest.controller', 'UsersController');
  server.setAttribute('http.response.status_code', 200);
  server.end();
}

const ROW = Array.from({ length: 120 }, (_, index) => index);

/** Garbage of an application around that request, about 30 kB. */
function applicationWork() {
  const garbage = [];
  for (let count = 0; count < 30; count++) garbage.push(ROW.slice());
  return garbage;
}

function cpuOf(work, spans) {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / spans;
}

async function encode({ variant }) {
  const collected = [];
  const tracer = tracerWith({ ...NO_PROCESSOR, onEnd: (span) => collected.push(span) });
  while (collected.length < BATCH * 20) request(tracer);
  const batches = Array.from({ length: 20 }, (_, index) =>
    collected.slice(index * BATCH, (index + 1) * BATCH),
  );
  const format = FORMATS[variant];
  const start = performance.now();
  format.encode(batches[0]);
  const firstMs = performance.now() - start;
  const times = (count) => {
    for (let index = 0; index < count; index++) format.encode(batches[index % 20]);
  };
  times(200);
  // What else runs on the machine can only make it slower.
  const runs = Array.from({ length: 10 }, () => cpuOf(() => times(100), 100 * BATCH));
  return { firstMs, cpuUs: Math.min(...runs) };
}

async function exportLoad({ variant, endpoint, rate, seconds }) {
  const transport = new HttpTransport({ url: endpoint, headers: {}, compression: 'none' });
  const delivery = new Delivery('bench', { info() {}, warn: console.error });
  const processor = processorFor(variant, transport, delivery);
  const tracer = tracerWith(processor);
  // The live objects of an application, in old space.
  const live = Array.from({ length: 200_000 }, (_, index) => ({ index, name: `entity ${index}` }));
  const figures = {
    ...(await saturated(tracer, processor)),
    ...(await watched(tracer, rate / SPANS_PER_REQUEST, seconds)),
  };
  await processor.forceFlush();
  const { accepted, exported } = delivery;
  transport.close();
  return {
    ...figures,
    delivered: variant === 'none' ? 1 : exported / accepted,
    bytesWaiting: live.length > 0 ? await memoryOfWaiting(variant) : 0,
  };
}

/** As many requests as there is time for, some in every turn of the event loop. */
async function saturated(tracer, processor) {
  const runs = 15;
  const requestsPerRun = 3000;
  const gc = { young: 0, old: 0 };
  const observer = new PerformanceObserver((list) => {
    for (const { detail, duration } of list.getEntries()) {
      gc[detail.kind === constants.NODE_PERFORMANCE_GC_MINOR ? 'young' : 'old'] += duration;
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  const cpuUs = [];
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage();
    for (let done = 0; done < requestsPerRun; done++) {
      applicationWork();
      request(tracer);
      if (done % 4 === 0) await nextTurn();
      while (processor.queued > 4 * BATCH) await nextTurn();
    }
    const { user, system } = process.cpuUsage(before);
    cpuUs.push((user + system) / (requestsPerRun * SPANS_PER_REQUEST));
  }
  await wait(0);
  observer.disconnect();
  const spans = runs * requestsPerRun * SPANS_PER_REQUEST;
  return {
    // What else runs on the machine can only make it slower.
    cpuUs: Math.min(...cpuUs),
    youngGcUs: (1000 * gc.young) / spans,
    oldGcUs: (1000 * gc.old) / spans,
  };
}

/** Requests come one by one, and every turn of the event loop is watched: how much CPU it takes. */
async function watched(tracer, perSecond, seconds) {
  const turns = [];
  const start = performance.now();
  let last = process.cpuUsage();
  for (let done = 0; performance.now() - start < seconds * 1000;) {
    if (done < ((performance.now() - start) / 1000) * perSecond) {
      applicationWork();
      request(tracer);
      done++;
    }
    await nextTurn();
    const now = process.cpuUsage();
    turns.push((now.user - last.user + now.system - last.system) / 1000);
    last = now;
  }
  // As many as there are batches: those in which one was sent are among the longest.
  const longest = turns
    .toSorted((a, b) => b - a)
    .slice(0, (perSecond * seconds * SPANS_PER_REQUEST) / BATCH);
  return { flushMs: quantile(longest, 0.5), blockMs: longest[0] };
}

/** While a backend hangs, spans pile up in front of it. */
async function memoryOfWaiting(variant) {
  if (variant === 'none') return 0;
  const held = [];
  const hanging = {
    send: (body) => new Promise((resolve) => held.push({ body, resolve })),
    close() {},
  };
  const processor = processorFor(variant, hanging, new Delivery('hangs', { info() {}, warn() {} }));
  const tracer = tracerWith(processor);
  const before = await memory();
  const spans = 50_000;
  for (let count = 0; count < spans; count += SPANS_PER_REQUEST) {
    request(tracer);
    if (count % 100 === 0) await nextTurn();
  }
  return ((await memory()) - before) / spans;
}

async function memory() {
  await wait(50);
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
process.once('message', (task) => {
  void (task.kind === 'encode' ? encode(task) : exportLoad(task)).then((figures) =>
    process.send(figures),
  );
});
process.once('disconnect', () => process.exit());
process.send({});
