import { describe, expect, it } from 'vitest';
import { bootLine } from '../../../libs/nestrace/src/module/boot-report.js';
import { resolve } from '../support/options.js';

const service = { name: 'orders', version: '1.2.3' };

describe('bootLine', () => {
  it('says that tracing is off', () => {
    expect(bootLine(resolve({ enabled: false, service }), false)).toBe(
      'OpenTelemetry tracing is off: nothing was installed.',
    );
  });

  it('says what is traced, where it goes and how much of it', () => {
    expect(bootLine(resolve({ service, environment: 'staging' }), false)).toBe(
      'OpenTelemetry tracing enabled: service "orders" 1.2.3 (staging), ' +
        'exporters: otlp (grpc, http://localhost:4317), sampler: parent_based, ratio 0.5, keeps errors',
    );
  });

  it('names every exporter with its target', () => {
    const exporters = [
      { type: 'otlp', name: 'backup', protocol: 'http/json', endpoint: 'http://host' },
      'zipkin',
      { type: 'console', format: 'json' },
      { export: () => {}, shutdown: async () => {} },
    ];
    expect(bootLine(resolve({ service, exporters }), false)).toContain(
      'exporters: backup (http/json, http://host/v1/traces), ' +
        'zipkin (http://localhost:9411/api/v2/spans), console (json), exporter, ',
    );
  });

  it('says that there is no exporter', () => {
    expect(bootLine(resolve({ service, exporters: 'none' }), false)).toContain('exporters: none,');
  });

  it.each([
    [{ strategy: 'always' }, 'always'],
    [{ strategy: 'never', ratio: 0.3 }, 'never'],
    [{ strategy: 'ratio', ratio: 0 }, 'ratio, ratio 0, keeps errors'],
    [
      { sampler: { shouldSample: () => ({ decision: 0 }), toString: () => 'Own{7}' } },
      'Own{7}, keeps errors',
    ],
  ])('names the sampler of %j', (sampling, expected) => {
    const line = bootLine(resolve({ service, sampling }), false);
    expect(line.endsWith(`, sampler: ${expected}`)).toBe(true);
  });

  it('leaves out a version that is not known', () => {
    const options = resolve({ service: { name: 'orders' } });
    const line = bootLine(
      { ...options, service: { ...options.service, version: undefined } },
      false,
    );
    expect(line).toContain('service "orders" (development)');
  });

  it('says that another SDK is in charge, and does not name what it does not use', () => {
    expect(bootLine(resolve({ service }), true)).toBe(
      'OpenTelemetry tracing enabled: service "orders" 1.2.3 (development). An OpenTelemetry SDK ' +
        'was already set up in this process; its sampler, processors and exporters are used, ' +
        'those of OtelModule are not.',
    );
  });

  it('does not tell credentials', () => {
    const exporters = [
      {
        type: 'otlp',
        endpoint: 'https://ann:hunter2@host:4317',
        headers: { authorization: 'hunter2' },
      },
      { type: 'zipkin', endpoint: 'https://host/spans?token=hunter2' },
    ];
    expect(bootLine(resolve({ service, exporters }), false)).not.toContain('hunter2');
  });
});
