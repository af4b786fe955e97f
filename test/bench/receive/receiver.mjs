/**
 * A backend that takes everything: a process of its own. It keeps what it gets and looks into it
 * only when it is asked, so that it takes no time from the machine while something is measured.
 */
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { listenGrpc } from './grpc.mjs';
import { format as otlp } from './otlp.mjs';

const { BENCH_PROTOCOL, BENCH_FORMATS = '[]', BENCH_KEEPS = 'yes' } = process.env;

/** The wire formats of others are modules too. */
const others = await Promise.all(
  JSON.parse(BENCH_FORMATS).map(async (file) => (await import(file)).format),
);
const formats = [otlp, ...others];

let kept = [];
let deliveries = 0;
let bytes = 0;

function take(delivery) {
  deliveries++;
  bytes += delivery.body.length;
  if (BENCH_KEEPS === 'yes') kept.push(delivery);
}

function formatOf(path) {
  return formats.find((format) => format.accepts(path));
}

async function listenHttp() {
  const server = createServer((request, response) => {
    const path = request.url.split('?', 1)[0];
    const format = formatOf(path);
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      if (format !== undefined) {
        const isZipped = request.headers['content-encoding'] === 'gzip';
        take({ path, isZipped, body: Buffer.concat(chunks) });
      }
      const { type, body } = format?.answer ?? { type: 'application/json', body: '{}' };
      response.setHeader('content-type', type);
      response.end(body);
    });
  });
  // A connection that is closed while it is used fails an export that had nothing wrong.
  server.keepAliveTimeout = 0;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}`;
}

function count() {
  const names = {};
  let spans = 0;
  let roots = 0;
  for (const { path, isZipped, body } of kept) {
    for (const { name, isRoot } of formatOf(path).spansOf(isZipped ? gunzipSync(body) : body)) {
      spans++;
      if (isRoot) roots++;
      names[name] = (names[name] ?? 0) + 1;
    }
  }
  return { spans, roots, names, bytes, deliveries };
}

function reset() {
  kept = [];
  deliveries = 0;
  bytes = 0;
  return {};
}

const answers = { count, reset, deliveries: () => ({ deliveries, bytes }) };
process.on('message', (question) => process.send(answers[question]()));
process.on('disconnect', () => process.exit());
process.send({
  endpoint: await listenHttp(),
  // What is written by hand speaks HTTP all the same.
  ...(BENCH_PROTOCOL === 'grpc' && { grpcEndpoint: await listenGrpc(take) }),
});
