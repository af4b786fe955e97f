import { describe, expect, it } from 'vitest';
import { environmentOptions } from '../../../libs/nestrace/src/config/resolve-options.js';
import { onlyProblem, resolve } from '../support/options.js';

const PROMETHEUS = { enabled: false, port: 9464, host: '127.0.0.1', path: '/metrics' };
const DEFAULTS = { enabled: true, sdk: true, durations: true, prometheus: PROMETHEUS };

describe('metrics options', () => {
  it.each([undefined, true, {}])('have defaults when %j is given', (metrics) => {
    expect(resolve({ metrics }).metrics).toEqual(DEFAULTS);
  });

  it('can be off', () => {
    expect(resolve({ metrics: false }).metrics).toEqual({ ...DEFAULTS, enabled: false });
  });

  it('take what is given', () => {
    const given = {
      sdk: false,
      durations: false,
      prometheus: { enabled: true, port: 0, host: '0.0.0.0', path: '/internal/metrics' },
    };
    expect(resolve({ metrics: given }).metrics).toEqual({ enabled: true, ...given });
  });

  it.each([
    [true, { ...PROMETHEUS, enabled: true }],
    [false, PROMETHEUS],
    [{}, { ...PROMETHEUS, enabled: true }],
    [{ port: 9000 }, { ...PROMETHEUS, enabled: true, port: 9000 }],
    [
      { port: 9000, enabled: false },
      { ...PROMETHEUS, port: 9000 },
    ],
  ])('make of prometheus: %j an endpoint or none', (prometheus, expected) => {
    expect(resolve({ metrics: { prometheus } }).metrics.prometheus).toEqual(expected);
  });

  it.each([
    ['prometheus', true],
    [' otlp , Prometheus', true],
    ['otlp', false],
    ['none', false],
    ['prometheus-remote-write', false],
  ])('take OTEL_METRICS_EXPORTER=%s', (value, enabled) => {
    const { metrics, warnings } = resolve({}, { OTEL_METRICS_EXPORTER: value });
    expect(metrics.prometheus.enabled).toBe(enabled);
    // What others export is none of our business, and nothing to warn of.
    expect(warnings).toEqual([]);
  });

  it('take address and port from the environment, and code before it', () => {
    const env = { OTEL_EXPORTER_PROMETHEUS_HOST: '::', OTEL_EXPORTER_PROMETHEUS_PORT: '9500' };
    expect(resolve({}, env).metrics.prometheus).toEqual({ ...PROMETHEUS, host: '::', port: 9500 });
    const metrics = { prometheus: { port: 1, host: '::1' } };
    expect(resolve({ metrics }, env).metrics.prometheus).toMatchObject({ host: '::1', port: 1 });
  });

  it('are not turned on by a port in the environment, whichever way that comes', () => {
    const env = { OTEL_EXPORTER_PROMETHEUS_PORT: '9500' };
    const { prometheus } = resolve(environmentOptions(env), env).metrics;
    expect(prometheus).toEqual({ ...PROMETHEUS, port: 9500 });
    const { metrics } = environmentOptions(env) as { metrics: { prometheus: object } };
    const given = { metrics: { prometheus: { ...metrics.prometheus, host: '::' } } };
    expect(resolve(given, env).metrics.prometheus.enabled).toBe(true);
    const empty = { ...environmentOptions(env), metrics: { prometheus: {} } };
    expect(resolve(empty, env).metrics.prometheus.enabled).toBe(true);
  });

  it('warn of a port that is none', () => {
    const { metrics, warnings } = resolve({}, { OTEL_EXPORTER_PROMETHEUS_PORT: '123456' });
    expect(metrics.prometheus.port).toBe(9464);
    expect(warnings).toEqual([expect.stringContaining('OTEL_EXPORTER_PROMETHEUS_PORT=')]);
  });

  it.each([
    ['metrics.sdk', { sdk: 'yes' }],
    ['metrics.durations', { durations: 1 }],
    ['metrics.prometheus.port', { prometheus: { port: 65_536 } }],
    ['metrics.prometheus.host', { prometheus: { host: '' } }],
    ['metrics.prometheus.path', { prometheus: { path: 'metrics' } }],
    ['metrics.prometheus.path', { prometheus: { path: '/metrics?x=1' } }],
  ])('refuse a bad %s', (path, metrics) => {
    expect(onlyProblem({ metrics }).path).toBe(path);
  });
});
