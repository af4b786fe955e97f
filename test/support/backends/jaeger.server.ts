import { freePort, ServerProcess } from '../databases/server-process.js';
import { answers } from './ask-json.js';
import type { JaegerUrls, OpenBackend } from './backend.js';
import { inBackendCache } from './backend-cache.js';

/** Where docker-compose.yml publishes it. */
const USUAL: JaegerUrls = {
  query: 'http://localhost:16686',
  grpc: 'http://localhost:4317',
  http: 'http://localhost:4318',
};

const MISSING =
  'none runs here: .ci/jaeger builds one, docker compose up -d --wait jaeger starts one';

/** The Jaeger the environment names, one at the usual ports, or one that is started. */
export async function openJaeger(): Promise<OpenBackend<JaegerUrls>> {
  const given = {
    query: process.env['NESTRACE_JAEGER_QUERY_URL'],
    grpc: process.env['NESTRACE_JAEGER_OTLP_GRPC_URL'],
    http: process.env['NESTRACE_JAEGER_OTLP_HTTP_URL'],
  };
  const named: JaegerUrls = {
    query: given.query ?? USUAL.query,
    grpc: given.grpc ?? USUAL.grpc,
    http: given.http ?? USUAL.http,
  };
  if (await isJaeger(named.query)) return { backend: { urls: named } };
  if (Object.values(given).some((url) => url !== undefined)) {
    throw new Error(`NESTRACE_JAEGER_…: no Jaeger answers at ${named.query}`);
  }
  const binary = inBackendCache('jaeger');
  if (binary === undefined) return { backend: { reason: MISSING } };
  return start(binary);
}

function isJaeger(query: string): Promise<boolean> {
  return answers(
    `${query}/api/services`,
    (answer) =>
      typeof answer === 'object' && answer !== null && 'data' in answer && 'errors' in answer,
  );
}

async function start(binary: string): Promise<OpenBackend<JaegerUrls>> {
  const [query, queryGrpc, grpc, http] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  const server = new ServerProcess('jaeger', undefined);
  const address = (port: number): string => `127.0.0.1:${port}`;
  const config = server.write(
    'jaeger.yaml',
    configuration({
      query: address(query),
      queryGrpc: address(queryGrpc),
      grpc: address(grpc),
      http: address(http),
    }),
  );
  const urls: JaegerUrls = {
    query: `http://${address(query)}`,
    grpc: `http://${address(grpc)}`,
    http: `http://${address(http)}`,
  };
  const ask = async (): Promise<void> => {
    if (!(await isJaeger(urls.query))) throw new Error('Jaeger is not ready');
  };
  await server.start(binary, ['--config', config], { ask, stopSignal: 'SIGTERM' });
  return { backend: { urls }, stop: () => server.stop() };
}

/**
 * Jaeger with its storage in memory. There is no batch processor in it: what it has taken can be
 * asked for at once.
 */
function configuration(at: Record<'query' | 'queryGrpc' | 'grpc' | 'http', string>): string {
  return JSON.stringify({
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' }, logs: { level: 'warn' } },
    },
    extensions: {
      jaeger_storage: { backends: { memory: { memory: { max_traces: 10_000 } } } },
      jaeger_query: {
        storage: { traces: 'memory' },
        http: { endpoint: at.query },
        grpc: { endpoint: at.queryGrpc },
        // It would trace itself, and send that to whoever listens at the usual port.
        enable_tracing: false,
      },
    },
    receivers: {
      otlp: { protocols: { grpc: { endpoint: at.grpc }, http: { endpoint: at.http } } },
    },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
  });
}
