import { metrics } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ResolvedMetricsOptions } from '../../config/metrics.options.js';
import { MissingPeerError } from '../../core/errors/missing-peer.error.js';
import type { OperationsLog } from '../../core/operations-log.js';
import { within } from '../../core/within.js';
import { hasMeterProvider } from './meter-binding.js';
import { listenForScrapes, type ScrapeServer } from './scrape-server.js';

export interface PrometheusParts {
  readonly options: ResolvedMetricsOptions['prometheus'];
  readonly resource: Resource;
  readonly log: OperationsLog;
}

/** There is nothing to deliver, only a port to be given back. */
const CLOSE_MS = 500;

interface Endpoint {
  readonly address: string;
  readonly close: () => Promise<void>;
  users: number;
}

/** A process has one `MeterProvider`, and all its applications share it. */
let shared: Promise<Endpoint | undefined> | undefined;

/**
 * Serves the metrics of the process, and registers the `MeterProvider` they come from. The returned
 * function takes it back. An application with a provider of its own keeps that, and nobody fails to
 * start because of a port.
 *
 * @throws MissingPeerError when a package is not installed
 */
export async function servePrometheus(parts: PrometheusParts): Promise<() => Promise<void>> {
  const { options, log } = parts;
  if (shared === undefined && hasMeterProvider()) {
    log.warn(
      'metrics.prometheus is left out: this process has a MeterProvider of its own, which nestrace ' +
        'uses. Give that one a PrometheusExporter as a reader.',
    );
    return nothing;
  }
  const mine = (shared ??= start(parts));
  const endpoint = await mine.catch((error: unknown) => {
    shared = undefined;
    throw error;
  });
  if (endpoint === undefined) {
    shared = undefined;
    return nothing;
  }
  endpoint.users++;
  log.info(`Metrics for Prometheus: http://${endpoint.address}${options.path}`);
  return async () => {
    if (--endpoint.users > 0) return;
    if (shared === mine) shared = undefined;
    await endpoint.close();
  };
}

async function start({ options, resource, log }: PrometheusParts): Promise<Endpoint | undefined> {
  const { MeterProvider, PrometheusExporter } = await load();
  // Its own server cannot take a free port, and dies of an error once it listens.
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const answer = exporter.getMetricsRequestHandler.bind(exporter);
  const provider = new MeterProvider({ resource, readers: [exporter] });
  let server: ScrapeServer;
  try {
    server = await listenForScrapes(options, answer, log);
  } catch (error) {
    log.warn(
      `Metrics are not served to Prometheus: ${reason(error, options)}. The application is not ` +
        `affected. Another port is set by metrics.prometheus.port or OTEL_EXPORTER_PROMETHEUS_PORT.`,
    );
    return undefined;
  }
  metrics.setGlobalMeterProvider(provider);
  return {
    address: server.address,
    users: 0,
    close: async () => {
      if (metrics.getMeterProvider() === provider) metrics.disable();
      await within(Promise.all([server.close(), provider.shutdown()]), CLOSE_MS);
    },
  };
}

async function load() {
  const { MeterProvider } = await needed(
    '@opentelemetry/sdk-metrics',
    () => import('@opentelemetry/sdk-metrics'),
  );
  const { PrometheusExporter } = await needed(
    '@opentelemetry/exporter-prometheus',
    () => import('@opentelemetry/exporter-prometheus'),
  );
  return { MeterProvider, PrometheusExporter };
}

async function needed<T>(packageName: string, importIt: () => Promise<T>): Promise<T> {
  try {
    return await importIt();
  } catch (error) {
    throw MissingPeerError.neededFor('The option metrics.prometheus', packageName, error);
  }
}

function reason(error: unknown, { host, port }: PrometheusParts['options']): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `port ${port} of ${host} is taken`;
  if (code === 'EACCES') return `port ${port} of ${host} is not allowed to this process`;
  if (code === 'EADDRNOTAVAIL') return `${host} is no address of this machine`;
  return message;
}

async function nothing(): Promise<void> {}
