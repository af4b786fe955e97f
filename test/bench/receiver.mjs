/**
 * A backend that takes everything: a child process of `run.mjs`. It keeps what it gets and counts
 * the spans with the official OTLP definitions when it is asked, so that it takes no time from the
 * machine while something is measured.
 */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { opentelemetry } = require('otlp-definitions/build/src/generated/root.js');
const { ExportTraceServiceRequest } = opentelemetry.proto.collector.trace.v1;

let bodies = [];

function countSpans() {
  let spans = 0;
  for (const body of bodies) {
    for (const { scopeSpans } of ExportTraceServiceRequest.decode(body).resourceSpans) {
      for (const scope of scopeSpans) spans += scope.spans.length;
    }
  }
  const bytes = bodies.reduce((sum, body) => sum + body.length, 0);
  bodies = [];
  return { spans, bytes };
}

async function listenHttp() {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks));
      response.setHeader('content-type', 'application/x-protobuf');
      response.end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}`;
}

async function listenGrpc() {
  const grpc = require('@grpc/grpc-js');
  const server = new grpc.Server();
  const asIs = (bytes) => bytes;
  server.addService(
    {
      export: {
        path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
        requestStream: false,
        responseStream: false,
        requestSerialize: asIs,
        requestDeserialize: asIs,
        responseSerialize: asIs,
        responseDeserialize: asIs,
      },
    },
    {
      export: (call, answer) => {
        bodies.push(call.request);
        answer(null, Buffer.alloc(0));
      },
    },
  );
  const port = await new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return `http://127.0.0.1:${port}`;
}

const endpoint = await (process.env.BENCH_PROTOCOL === 'grpc' ? listenGrpc() : listenHttp());
process.on('message', () => process.send(countSpans()));
process.on('disconnect', () => process.exit());
process.send({ endpoint });
