import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, Sampler, SpanProcessor } from '@opentelemetry/sdk-trace';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import type { TextMapPropagator } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import type { OtelModuleOptions } from '../../../libs/nestrace/src/config/otel.options.js';
import {
  environmentOptions,
  resolveOptions,
} from '../../../libs/nestrace/src/config/resolve-options.js';
import { OtelConfigError } from '../../../libs/nestrace/src/core/errors/otel-config.error.js';
import { refusal, resolve } from '../support/options.js';

/** Every plain object and list in a value, by its path. */
function plainParts(value: unknown, path = 'options'): [path: string, part: object][] {
  if (typeof value !== 'object' || value === null) return [];
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && !Array.isArray(value)) return [];
  const inner = Object.entries(value).flatMap(([key, part]) => plainParts(part, `${path}.${key}`));
  return [[path, value], ...inner];
}

describe('resolveOptions', () => {
  it('works without any options and without any environment', () => {
    const options = resolve();
    expect(options.enabled).toBe(true);
    expect(options.warnings).toEqual([]);
    expect(resolve(undefined).enabled).toBe(true);
    expect(resolve(null).enabled).toBe(true);
  });

  it('has the origin of every single option', () => {
    const { origins, ...options } = resolve({ batch: { maxQueueSize: 600 } }, { NODE_ENV: 'test' });
    expect(origins.get('batch.maxQueueSize')).toEqual({ source: 'code' });
    expect(origins.get('environment')).toEqual({ source: 'env', variable: 'NODE_ENV' });
    const paths = (value: object, above = ''): string[] =>
      Object.entries(value).flatMap(([name, inner]) => {
        if (name === 'warnings' || (name === 'enabled' && !origins.has(`${above}enabled`)))
          return [];
        const isObject = typeof inner === 'object' && !Array.isArray(inner);
        const isGroup = isObject && (!origins.has(`${above}${name}`) || 'enabled' in inner);
        return isGroup ? paths(inner as object, `${above}${name}.`) : [`${above}${name}`];
      });
    const all = paths(options);
    expect(all).toContain('panel.limits.maxTraces');
    for (const path of all) {
      expect([path, origins.get(path)?.source]).toContainEqual(
        expect.stringMatching(/code|env|default/),
      );
    }
  });

  it('throws one error that lists every problem, whatever part it is in', () => {
    const error = refusal({
      enabled: 'yes',
      service: { name: '' },
      sampling: { ratio: 2 },
      exporters: ['nope', { type: 'otlp', endpoint: 'x' }],
      batch: { maxQueueSize: 1, maxExportBatchSize: 2 },
      typo: true,
    });
    expect(error).toBeInstanceOf(OtelConfigError);
    expect(error.problems.map(({ path }) => path)).toEqual([
      'typo',
      'enabled',
      'service.name',
      'sampling.ratio',
      'exporters[0]',
      'exporters[1].endpoint',
      'batch.maxExportBatchSize',
    ]);
    for (const { path, shown, accepted } of error.problems) {
      expect(error.message).toContain(`  ${path} = ${shown}\n    accepted: ${accepted}`);
    }
  });

  it('does not throw because of the environment, however bad it is', () => {
    const names = [
      'OTEL_SDK_DISABLED',
      'OTEL_ENABLED',
      'OTEL_LOG_LEVEL',
      'OTEL_RESOURCE_ATTRIBUTES',
      'OTEL_TRACES_EXPORTER',
      'OTEL_TRACES_SAMPLER',
      'OTEL_PROPAGATORS',
      'OTEL_SAMPLING_RATIO',
      'OTEL_BSP_MAX_QUEUE_SIZE',
      'OTEL_BSP_SCHEDULE_DELAY',
      'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
      'OTEL_BSP_EXPORT_TIMEOUT',
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_PROTOCOL',
      'OTEL_EXPORTER_OTLP_HEADERS',
      'OTEL_EXPORTER_OTLP_TIMEOUT',
      'OTEL_EXPORTER_OTLP_COMPRESSION',
      'OTEL_EXPORTER_OTLP_CERTIFICATE',
      'OTEL_SPAN_EVENT_COUNT_LIMIT',
    ];
    const options = resolve({}, Object.fromEntries(names.map((name) => [name, '\u0000 ?!'])));
    for (const name of names) {
      expect(options.warnings.filter((warning) => warning.startsWith(`${name}=`))).not.toEqual([]);
    }
    expect({ ...options, service: undefined, origins: undefined, warnings: undefined }).toEqual({
      ...resolve(),
      service: undefined,
      origins: undefined,
      warnings: undefined,
    });
  });

  it('says the same warning once', () => {
    const { warnings } = resolve(
      { exporters: ['otlp', 'otlp', 'otlp'] },
      { OTEL_EXPORTER_OTLP_TIMEOUT: 'soon' },
    );
    expect(warnings).toHaveLength(1);
  });

  it('is frozen all the way down', () => {
    const options = resolve({
      exporters: ['otlp', 'console'],
      resource: { attributes: { a: ['x'] } },
      sampling: { ignore: ['/a', { path: '/b' }] },
    });
    const { origins, ...plain } = options;
    expect(Object.isFrozen(options)).toBe(true);
    expect(Object.isFrozen(options.warnings)).toBe(true);
    expect(origins.size).toBeGreaterThan(30);
    const open = plainParts(plain).filter(
      ([path, part]) => path !== 'options' && !Object.isFrozen(part),
    );
    expect(open.map(([path]) => path)).toEqual([]);
  });

  it('leaves the objects it was given as they are', () => {
    const headers = { 'x-key': 'a' };
    const ignore = ['/a', { path: '/b' }];
    const attributes = { team: 'blue' };
    resolve({
      exporters: { type: 'otlp', headers },
      resource: { attributes },
      sampling: { ignore },
    });
    expect([headers, ignore, ignore[1], attributes].map((given) => Object.isFrozen(given))).toEqual(
      [false, false, false, false],
    );
  });

  it('leaves what the user made able to work, also where it is an object literal', () => {
    const exporter = {
      exported: 0,
      export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
        this.exported += spans.length;
        done({ code: ExportResultCode.SUCCESS });
      },
      shutdown: async () => {},
    };
    const sampler: Sampler & { asked: number } = {
      asked: 0,
      shouldSample() {
        this.asked++;
        return { decision: SamplingDecision.RECORD };
      },
      toString: () => 'own',
    };
    const processor: SpanProcessor & { ended: ReadableSpan[] } = {
      ended: [],
      onStart: () => {},
      onEnd(span) {
        this.ended.push(span);
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const propagator: TextMapPropagator & { used: boolean } = {
      used: false,
      inject() {
        this.used = true;
      },
      extract: (context) => context,
      fields: () => [],
    };
    resolve({
      exporters: [exporter],
      sampling: { sampler },
      processors: [processor],
      propagators: [propagator],
    });
    for (const made of [exporter, sampler, processor, propagator, processor.ended]) {
      expect(Object.isFrozen(made)).toBe(false);
    }
  });
});

describe('environmentOptions', () => {
  const env = {
    OTEL_SERVICE_NAME: 'orders',
    OTEL_SDK_DISABLED: 'true',
    OTEL_LOG_LEVEL: 'debug',
    OTEL_RESOURCE_ATTRIBUTES: 'team=a,deployment.environment.name=staging',
    OTEL_TRACES_EXPORTER: 'console,otlp',
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0',
    OTEL_PROPAGATORS: 'b3',
    OTEL_BSP_MAX_QUEUE_SIZE: '600',
    OTEL_SPAN_EVENT_COUNT_LIMIT: '0',
    OTEL_SEMCONV_STABILITY_OPT_IN: 'http/dup',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=hunter2',
  };

  it('holds what the environment sets, and nothing else', () => {
    expect(Object.fromEntries(Object.entries(environmentOptions(env)))).toEqual({
      enabled: false,
      logLevel: 'debug',
      environment: 'staging',
      service: { name: 'orders' },
      resource: { attributes: { team: 'a', 'deployment.environment.name': 'staging' } },
      exporters: ['console', 'otlp'],
      sampling: { strategy: 'ratio', ratio: 0 },
      propagators: ['b3'],
      batch: { maxQueueSize: 600 },
      limits: { eventCount: 0 },
      semconv: { http: 'dup' },
    });
  });

  it('is empty where the environment says nothing', () => {
    expect(Object.keys(environmentOptions({}))).toEqual([]);
    expect(Object.keys(environmentOptions({ PATH: '/bin', OTEL_ENABLED: '' }))).toEqual([]);
  });

  it('leaves bad values out', () => {
    const bad = { OTEL_LOG_LEVEL: 'loud', OTEL_TRACES_EXPORTER: 'jaeger' };
    expect(Object.keys(environmentOptions(bad))).toEqual([]);
  });

  it('names no exporter when there shall be none', () => {
    const none = environmentOptions({ OTEL_TRACES_EXPORTER: 'none' });
    expect(none.exporters).toEqual([]);
    expect(resolveOptions(none, {}).exporters).toEqual([]);
  });

  it('does not carry credentials', () => {
    expect(JSON.stringify(environmentOptions(env))).not.toContain('hunter2');
  });

  it('gives the same options as the environment itself, with the same origins', () => {
    const direct = resolve({ service: { instanceId: 'i' } }, env);
    const handed = environmentOptions(env);
    const round = resolveOptions(
      { ...handed, service: { ...handed.service, instanceId: 'i' } },
      env,
    );
    expect({ ...round, origins: undefined }).toEqual({ ...direct, origins: undefined });
    expect(Object.fromEntries(round.origins)).toEqual(Object.fromEntries(direct.origins));
  });

  it('keeps origins through spreading, and only of values that stay', () => {
    const handed = environmentOptions(env);
    const options: OtelModuleOptions = {
      ...handed,
      service: { ...handed.service, version: '1' },
      sampling: { ...handed.sampling, ratio: 0.5 },
      logLevel: 'error',
    };
    const { origins } = resolveOptions(options, {});
    expect(origins.get('service.name')).toEqual({ source: 'env', variable: 'OTEL_SERVICE_NAME' });
    expect(origins.get('service.version')).toEqual({ source: 'code' });
    expect(origins.get('sampling.strategy')).toEqual({
      source: 'env',
      variable: 'OTEL_TRACES_SAMPLER',
    });
    expect(origins.get('sampling.ratio')).toEqual({ source: 'code' });
    expect(origins.get('logLevel')).toEqual({ source: 'code' });
    expect(origins.get('exporters')).toEqual({ source: 'env', variable: 'OTEL_TRACES_EXPORTER' });
    expect(origins.get('propagators')).toEqual({ source: 'env', variable: 'OTEL_PROPAGATORS' });
  });

  it('says code for exporters that replaced those of the environment', () => {
    const { origins, exporters } = resolveOptions(
      { ...environmentOptions(env), exporters: ['zipkin'] },
      env,
    );
    expect(exporters.map(({ type }) => type)).toEqual(['zipkin']);
    expect(origins.get('exporters')).toEqual({ source: 'code' });
  });
});
