import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Listens for OTLP over gRPC and hands over what comes in, undecoded. */
export async function listenGrpc(take) {
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
        take({ path: '/v1/traces', body: call.request });
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
