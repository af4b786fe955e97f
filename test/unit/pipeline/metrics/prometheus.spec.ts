import { metrics } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MissingPeerError } from '../../../../libs/nestrace/src/core/errors/missing-peer.error.js';
import { servePrometheus } from '../../../../libs/nestrace/src/pipeline/metrics/prometheus.js';
import { ListLog } from '../../support/list-log.js';
import { resolve } from '../../support/options.js';

const resource = resourceFromAttributes({ 'service.name': 'orders' });

describe('servePrometheus', () => {
  let log: ListLog;

  beforeEach(() => {
    metrics.disable();
    log = new ListLog();
  });
  afterEach(() => {
    vi.doUnmock('@opentelemetry/sdk-metrics');
    vi.doUnmock('@opentelemetry/exporter-prometheus');
    vi.resetModules();
    metrics.disable();
  });

  function serve(prometheus: object): Promise<() => Promise<void>> {
    const options = resolve({ metrics: { prometheus } }).metrics.prometheus;
    return servePrometheus({ options, resource, log });
  }

  it.each(['@opentelemetry/sdk-metrics', '@opentelemetry/exporter-prometheus'])(
    'says what to install when %s is not there',
    async (name) => {
      vi.doMock(name, () => {
        throw new Error('cannot find it');
      });
      const failure = await serve({ port: 0 }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(MissingPeerError);
      expect((failure as Error).message).toBe(
        `The option metrics.prometheus needs the package "${name}", which could not be loaded. ` +
          `Install it with: npm install ${name}`,
      );
      vi.doUnmock(name);
      vi.resetModules();
      const close = await serve({ port: 0 });
      await close();
    },
  );

  it.each([
    ['192.0.2.1', '192.0.2.1 is no address of this machine'],
    ['no.such.host.invalid', 'no.such.host.invalid'],
  ])('says that it cannot listen on %s', async (host, reason) => {
    const close = await serve({ port: 0, host });
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]).toMatchObject({
      level: 'warn',
      message: expect.stringContaining(reason) as string,
    });
    await close();
  });

  it('is told by its address, one of IPv6 too', async () => {
    const close = await serve({ port: 0, host: '::1' });
    expect(log.lines.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Metrics for Prometheus: http:\/\/\[::1\]:\d+\/metrics$/),
    ]);
    await close();
  });

  it('does not take down a MeterProvider that has taken its place', async () => {
    const close = await serve({ port: 0 });
    metrics.disable();
    const other = { getMeter: metrics.getMeter.bind(metrics) };
    metrics.setGlobalMeterProvider(other);
    await close();
    expect(metrics.getMeterProvider()).toBe(other);
  });
});
