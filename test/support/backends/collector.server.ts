import { fileURLToPath } from 'node:url';
import { freePort, ServerProcess } from '../databases/server-process.js';
import type { JaegerUrls, ZipkinUrls } from './backend.js';
import { inBackendCache } from './backend-cache.js';

/** The configuration docker-compose.yml gives to its collector. */
const COLLECTOR_CONFIG = fileURLToPath(new URL('../../../deploy/collector.yaml', import.meta.url));

/** The collector the environment names, or the one `.ci/collector` has built. */
export function collectorBinary(): string | undefined {
  return process.env['NESTRACE_OTELCOL'] ?? inBackendCache('otelcol');
}

/** A collector with the configuration of docker-compose.yml. */
export interface RunningCollector {
  /** What takes OTLP over gRPC. */
  readonly grpc: string;
  /** What takes OTLP over HTTP. */
  readonly http: string;
  /** Decides what has not been decided yet, sends it, and ends. */
  stop(): Promise<void>;
}

/**
 * Starts a collector as docker-compose.yml does, but for its addresses and for how long it waits
 * for the rest of a trace.
 */
export async function startCollector(
  binary: string,
  jaeger: JaegerUrls,
  zipkin: ZipkinUrls,
  decisionWait: string,
): Promise<RunningCollector> {
  const [grpc, http, health] = await Promise.all([freePort(), freePort(), freePort()]);
  const server = new ServerProcess('collector', undefined);
  const address = (port: number): string => `127.0.0.1:${port}`;
  const here = {
    receivers: {
      otlp: { protocols: { grpc: { endpoint: address(grpc) }, http: { endpoint: address(http) } } },
    },
    processors: { tail_sampling: { decision_wait: decisionWait } },
    exporters: {
      'otlp_grpc/jaeger': { endpoint: new URL(jaeger.grpc).host },
      zipkin: { endpoint: `${zipkin.server}/api/v2/spans` },
    },
    extensions: { health_check: { endpoint: address(health) } },
    service: { telemetry: { metrics: { level: 'none' } } },
  };
  const ask = async (): Promise<void> => {
    const response = await fetch(`http://${address(health)}/`);
    if (!response.ok) throw new Error(`The collector is not ready: ${response.status}`);
  };
  const args = [
    `--config=${COLLECTOR_CONFIG}`,
    `--config=${server.write('here.yaml', yaml(here))}`,
  ];
  await server.start(binary, args, { ask, stopSignal: 'SIGTERM' });
  return {
    grpc: `http://${address(grpc)}`,
    http: `http://${address(http)}`,
    stop: () => server.stop(),
  };
}

/** JSON is YAML, too. */
function yaml(value: unknown): string {
  return JSON.stringify(value);
}
