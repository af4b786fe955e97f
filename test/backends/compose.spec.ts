import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Service {
  readonly image: string;
  readonly profiles?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly network_mode?: string;
  readonly healthcheck?: object;
}

type Named<T = object> = Readonly<Record<string, T>>;

interface CollectorConfig {
  readonly receivers: Named<{ protocols: Named<{ endpoint: string }> }>;
  readonly processors: Named<{ decision_wait?: string }>;
  readonly exporters: Named<{ endpoint: string }>;
  readonly extensions: Named<{ endpoint: string }>;
  readonly service: {
    readonly extensions: readonly string[];
    readonly pipelines: Named<Record<'receivers' | 'processors' | 'exporters', readonly string[]>>;
  };
}

const text = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const { services } = parse(text('docker-compose.yml')) as { services: Named<Service> };
const config = parse(text('deploy/collector.yaml')) as CollectorConfig;

/** As `127.0.0.1:14317:4317`. */
const published = Object.entries(services).flatMap(([service, { ports = [] }]) =>
  ports.map((port) => {
    const [address = '', host = '', container = ''] = port.split(':');
    return { service, address, host, container };
  }),
);
const portOf = (endpoint: string): string => /:(\d+)(\/|$)/.exec(endpoint)?.[1] ?? '';

describe('docker-compose.yml', () => {
  it('names the version of every image', () => {
    const images = Object.values(services).map(({ image }) => image);

    expect(images.filter((image) => !/:\d+\.\d+(\.\d+)?(-alpine)?$/.test(image))).toEqual([]);
  });

  it('is reachable from this machine alone', () => {
    expect(published.filter(({ address }) => address !== '127.0.0.1')).toEqual([]);
  });

  it('publishes no port twice, so that all of it can run at once', () => {
    const hosts = published.map(({ host }) => host);

    expect(hosts).toEqual([...new Set(hosts)]);
  });

  it('asks for the health of everything it starts', () => {
    const asked = Object.entries(services)
      .filter(([, service]) => service.healthcheck !== undefined)
      .map(([name, { network_mode: network }]) => network?.replace('service:', '') ?? name);

    expect(asked.toSorted()).toEqual(
      Object.keys(services)
        .filter((name) => !name.endsWith('-health'))
        .toSorted(),
    );
  });

  it('starts the collector only when asked', () => {
    expect(
      Object.entries(services).flatMap(([name, { profiles }]) => (profiles ? [name] : [])),
    ).toEqual(['collector', 'collector-health']);
  });

  it('mounts files that exist', () => {
    const files = Object.values(services).flatMap(({ volumes = [] }) =>
      volumes.map((volume) => volume.split(':')[0] ?? ''),
    );

    expect(files).toEqual(['./deploy/collector.yaml']);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('starts the collector that the tests build', () => {
    const version = /^version=(.+)$/m.exec(text('.ci/collector'))?.[1];

    expect(services['collector']?.image).toBe(`otel/opentelemetry-collector-contrib:${version}`);
  });

  it.each(['docker-compose.yml', 'deploy/collector.yaml', 'docs/backends.md', 'README.md'])(
    'has every port of this machine that %s names',
    (path) => {
      const hosts = new Set(published.map(({ host }) => host));
      const ofApplications = new Set(['3000', '3001']);
      const named = [...text(path).matchAll(/localhost:(\d+)/g)].map(([, port = '']) => port);

      expect(named.filter((port) => !hosts.has(port) && !ofApplications.has(port))).toEqual([]);
    },
  );
});

describe('deploy/collector.yaml', () => {
  const { extensions, pipelines } = config.service;

  it.each(['receivers', 'processors', 'exporters'] as const)(
    'defines the %s it uses, and no others',
    (kind) => {
      const used = Object.values(pipelines).flatMap((pipeline) => pipeline[kind]);

      expect(Object.keys(config[kind]).toSorted()).toEqual([...new Set(used)].toSorted());
    },
  );

  it('defines the extensions it uses, and no others', () => {
    expect(Object.keys(config.extensions)).toEqual(extensions);
  });

  it('limits its memory first, samples, and then makes batches', () => {
    expect(pipelines['traces']?.processors).toEqual(['memory_limiter', 'tail_sampling', 'batch']);
  });

  it('waits longer for a trace than the services wait before they send', () => {
    const wait = config.processors['tail_sampling']?.decision_wait;

    expect(wait).toMatch(/^\d+s$/);
    // The default of `batch.scheduledDelayMs`.
    expect(Number.parseInt(wait ?? '', 10) * 1000).toBeGreaterThan(5000);
  });

  it('listens where docker-compose.yml leads to', () => {
    const listening = [
      ...Object.values(config.receivers['otlp']?.protocols ?? {}),
      ...Object.values(config.extensions),
    ].map(({ endpoint }) => endpoint);
    const leading = published.filter(({ service }) => service === 'collector');

    expect(listening.map(portOf).toSorted()).toEqual(
      leading.map(({ container }) => container).toSorted(),
    );
    expect(listening.filter((endpoint) => !endpoint.startsWith('0.0.0.0:'))).toEqual([]);
  });

  it('sends to services of docker-compose.yml', () => {
    const targets = Object.values(config.exporters).map(({ endpoint }) => ({
      service: /^(?:https?:\/\/)?([a-z]+):/.exec(endpoint)?.[1],
      container: portOf(endpoint),
    }));

    expect(targets).toHaveLength(2);
    expect(published).toEqual(
      expect.arrayContaining(targets.map((target) => expect.objectContaining(target) as object)),
    );
  });
});
