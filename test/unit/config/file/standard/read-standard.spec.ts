import { createConfigFactory } from '@opentelemetry/configuration';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { ConfigFiles } from '../../../support/config-file.js';

const files = new ConfigFiles();
afterAll(() => {
  files.remove();
});

/** Whether the parser of OpenTelemetry, with the published schema, takes a file. */
function isInSchema(text: string): boolean {
  vi.stubEnv('OTEL_CONFIG_FILE', files.write(text, 'published.yaml'));
  try {
    createConfigFactory().getConfigModel();
    return true;
  } catch {
    return false;
  } finally {
    vi.unstubAllEnvs();
  }
}

const PROVIDER = `
tracer_provider:
  processors:
    - batch:
        exporter:
          otlp_http:
`;

const PEM = files.write('-----BEGIN CERTIFICATE-----\nAAAA\n', 'any.pem');

/** Everything of the schema that is about traces, and that nestrace uses. */
const COMPLETE = `
file_format: "1.1"
disabled: false
log_level: debug2
attribute_limits:
  attribute_value_length_limit: 1000
  attribute_count_limit: 10
resource:
  attributes:
    - name: service.name
      value: orders
    - { name: service.version, value: "1.0", type: string }
    - { name: service.namespace, value: shop }
    - { name: service.instance.id, value: one }
    - { name: deployment.environment.name, value: staging }
    - { name: replicas, value: 3, type: int }
    - { name: weight, value: 0.5, type: double }
    - { name: canary, value: true, type: bool }
    - { name: zones, value: [a, b], type: string_array }
    - { name: ports, value: [1, 2], type: int_array }
    - { name: nothing, value: null }
  attributes_list: "team=payments,service.name=other"
  schema_url:
propagator:
  composite:
    - tracecontext:
    - b3multi: {}
  composite_list: "baggage,tracecontext"
tracer_provider:
  processors:
    - batch:
        schedule_delay: 100
        export_timeout: 0
        max_queue_size: 300
        max_export_batch_size: 30
        exporter:
          otlp_http:
            endpoint: https://collector:4318/custom
            tls:
              ca_file: ${PEM}
              key_file: ${PEM}
              cert_file: ${PEM}
            headers:
              - { name: api-key, value: "1234" }
              - { name: left-out, value: null }
            headers_list: "api-key=other,tenant=a%20b"
            compression: gzip
            timeout: 0
            encoding: json
    - batch:
        exporter:
          otlp_grpc:
            endpoint: collector:4317
            tls: { insecure: true }
            timeout: 5000
    - simple:
        exporter:
          console:
  limits:
    attribute_value_length_limit: 2000
    attribute_count_limit:
    event_count_limit: 20
    link_count_limit: 30
    event_attribute_count_limit: 40
    link_attribute_count_limit: 50
  sampler:
    parent_based:
      root: { trace_id_ratio_based: { ratio: 0.25 } }
      remote_parent_sampled: { always_on: }
      remote_parent_not_sampled: { always_off: }
      local_parent_sampled: { always_on: {} }
      local_parent_not_sampled: { always_off: {} }
`;

describe('the declarative configuration of OpenTelemetry', () => {
  it('becomes options, all of it', async () => {
    expect(isInSchema(COMPLETE)).toBe(true);
    const { warnings, origins, ...options } = await files.load(COMPLETE);
    expect(warnings).toEqual([]);
    expect(options).toMatchObject({
      enabled: true,
      logLevel: 'debug',
      environment: 'staging',
      service: { name: 'orders', version: '1.0', namespace: 'shop', instanceId: 'one' },
      limits: {
        attributeValueLength: 2000,
        attributeCount: 10,
        eventCount: 20,
        linkCount: 30,
        attributePerEventCount: 40,
        attributePerLinkCount: 50,
      },
      propagators: ['tracecontext', 'b3multi', 'baggage'],
      processor: 'batch',
      batch: {
        scheduledDelayMs: 100,
        exportTimeoutMs: 3_600_000,
        maxQueueSize: 300,
        maxExportBatchSize: 30,
      },
      sampling: { strategy: 'parent_based', ratio: 0.25 },
    });
    expect(options.resource.attributes).toEqual({
      team: 'payments',
      replicas: 3,
      weight: 0.5,
      canary: true,
      zones: ['a', 'b'],
      ports: [1, 2],
    });
    expect(options.exporters).toEqual([
      {
        type: 'otlp',
        name: 'otlp',
        protocol: 'http/json',
        endpoint: 'https://collector:4318/custom',
        headers: { 'api-key': '1234', tenant: 'a b' },
        timeoutMs: 3_600_000,
        compression: 'gzip',
        tls: {
          ca: expect.stringContaining('BEGIN') as string,
          cert: expect.stringContaining('BEGIN') as string,
          key: expect.stringContaining('BEGIN') as string,
          insecure: false,
        },
      },
      expect.objectContaining({
        name: 'otlp#2',
        protocol: 'grpc',
        endpoint: 'collector:4317',
        timeoutMs: 5000,
        tls: expect.objectContaining({ insecure: true }) as object,
      }),
      expect.objectContaining({ type: 'console' }),
    ]);
    expect(origins.get('sampling.ratio')).toMatchObject({
      source: 'file',
      path: 'tracer_provider.sampler.parent_based.root.trace_id_ratio_based.ratio',
    });
  });

  it.each(['otlp_http:', 'otlp_grpc:', 'zipkin:', 'console:'])(
    'gives %s its defaults where nothing is said',
    async (exporter) => {
      const text = `file_format: "1.0"\n${PROVIDER.replace('otlp_http:', exporter)}`;
      const { exporters, sampling, propagators, environment } = await files.load(text, {
        environment: 'production',
      });
      expect(exporters).toMatchObject([
        {
          'otlp_http:': { protocol: 'http/protobuf', endpoint: 'http://localhost:4318/v1/traces' },
          'otlp_grpc:': { protocol: 'grpc', endpoint: 'http://localhost:4317' },
          'zipkin:': { endpoint: 'http://localhost:9411/api/v2/spans' },
          'console:': { type: 'console' },
        }[exporter],
      ]);
      // The default of the standard, and not that of the environment.
      expect([environment, sampling.strategy, sampling.ratio]).toEqual([
        'production',
        'parent_based',
        1,
      ]);
      expect(propagators).toEqual(['tracecontext', 'baggage']);
    },
  );

  it.each([
    ['always_on:', 'always', 1],
    ['always_off: {}', 'never', 0],
    ['trace_id_ratio_based: { ratio: 0.5 }', 'ratio', 0.5],
    ['trace_id_ratio_based:', 'ratio', 1],
    ['parent_based:', 'parent_based', 1],
    ['parent_based: { root: { always_on: } }', 'parent_based', 1],
    ['parent_based: { root: { always_off: } }', 'parent_based', 0],
    ['parent_based: { root: { trace_id_ratio_based: { ratio: 0.1 } } }', 'parent_based', 0.1],
  ])('takes the sampler %s', async (sampler, strategy, ratio) => {
    const text = `file_format: "1.1"${PROVIDER}  sampler:\n    ${sampler}\n`;
    expect(isInSchema(text)).toBe(true);
    const { sampling, warnings } = await files.load(text);
    expect(sampling).toMatchObject({ strategy, ratio });
    expect(warnings).toEqual([]);
  });

  it.each([
    [
      'jaeger_remote/development: { endpoint: x, initial_sampler: { always_on: } }',
      /remote service/,
    ],
    ['probability/development: { ratio: 0.5 }', /given as sampling\.sampler/],
    ['composite/development: { always_on: }', /given as sampling\.sampler/],
    ['mine: { x: 1 }', /given as sampling\.sampler/],
    ['parent_based: { remote_parent_sampled: { always_off: } }', /^always_on: what a caller/],
    ['parent_based: { root: { parent_based: } }', /a root has no parent/],
    ['parent_based: { root: { mine: } }', /given as sampling\.sampler/],
    ['trace_id_ratio_based: { ratio: 2 }', /a number from 0 to 1/],
  ])('refuses the sampler %s with a reason', async (sampler, accepted) => {
    const text = `file_format: "1.1"${PROVIDER}  sampler:\n    ${sampler}\n`;
    const { problems } = await files.refusal(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.path).toMatch(/^tracer_provider\.sampler\./);
    expect(problems[0]?.accepted).toMatch(accepted);
  });

  it('takes an endpoint of HTTP as it is, and completes one of the environment', async () => {
    const text = `file_format: "1.1"${PROVIDER}            endpoint: http://collector:4318\n`;
    const endpoint = async (env = {}): Promise<unknown> =>
      (await files.load(text, {}, env)).exporters[0];
    expect(await endpoint()).toMatchObject({ endpoint: 'http://collector:4318' });
    expect(await endpoint({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://b:1' })).toMatchObject({
      endpoint: 'http://b:1/v1/traces',
    });
  });

  it('exports nothing where there is no tracer provider, and says so', async () => {
    const { exporters, warnings } = await files.load('file_format: "1.1"\n');
    expect(exporters).toEqual([]);
    expect(files.shortened(warnings.join('\n'))).toEqual([
      'otel.yaml:1:1 tracer_provider is missing: no spans are exported.',
    ]);
  });

  it('names every part it does not use, once and by its place', async () => {
    const text = `
file_format: "1.1"
resource:
  schema_url: https://x/1
  detection/development: { detectors: [{ service: }] }
  colour: red
tracer_provider:
  processors:
    - batch: { exporter: { otlp_http: { headers_lst: "a=hunter2" } } }
    - batch: { exporter: { otlp_grpc: }, max_queue_size: 7 }
    - simple: { exporter: { zipkin: } }
  tracer_configurator/development: {}
  retries: 5
meter_provider: { readers: [{ periodic: { exporter: { console: } } }] }
logger_provider: { processors: [{ simple: { exporter: { console: } } }] }
instrumentation/development: {}
my_own: 5
`;
    const { warnings } = await files.load(text);
    expect(
      files.shortened(warnings.join('\n')).map((line) => line.split(/ is | works /)[0]),
    ).toEqual([
      'otel.yaml:17:1 my_own',
      'otel.yaml:14:1 meter_provider',
      'otel.yaml:15:1 logger_provider',
      'otel.yaml:16:1 instrumentation/development',
      'otel.yaml:6:3 resource.colour',
      'otel.yaml:4:3 resource.schema_url',
      'otel.yaml:5:3 resource.detection/development',
      'otel.yaml:13:3 tracer_provider.retries',
      'otel.yaml:12:3 tracer_provider.tracer_configurator/development',
      'otel.yaml:9:41 tracer_provider.processors[0].batch.exporter.otlp_http.headers_lst',
      'otel.yaml:11:7 tracer_provider.processors[2].simple',
      'otel.yaml:10:42 tracer_provider.processors[1].batch.max_queue_size',
    ]);
    expect(warnings.join('')).not.toContain('hunter2');
  });

  it('may have options of nestrace beside it, which win', async () => {
    const text = `file_format: "1.1"${PROVIDER}
tracing:
  auto_trace: { level: minimal }
  sampling: { ratio: 0.5 }
`;
    expect(isInSchema(text)).toBe(true);
    const { autoTrace, sampling, exporters, warnings } = await files.load(text);
    expect(autoTrace.level).toBe('minimal');
    expect(sampling).toMatchObject({ strategy: 'parent_based', ratio: 0.5 });
    expect(exporters).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it('turns tracing off', async () => {
    const text = `file_format: "1.1"\ndisabled: \${OFF:-false}\n${PROVIDER}`;
    expect((await files.load(text, {}, { OFF: 'true' })).enabled).toBe(false);
    expect((await files.load(text)).enabled).toBe(true);
    expect((await files.load(text, {}, { OTEL_SDK_DISABLED: 'true' })).enabled).toBe(false);
  });

  it.each([
    ['"1.0"', undefined],
    ['"1.1"', undefined],
    ['"1.0-rc.3"', /before it was finished/],
    ['"1.2"', /newer than 1\.1/],
  ])('reads the format %s', async (format, warning) => {
    const { warnings } = await files.load(`file_format: ${format}${PROVIDER}`);
    if (warning === undefined) expect(warnings).toEqual([]);
    else expect(warnings).toEqual([expect.stringMatching(warning)]);
  });

  it.each(['1.1', '1.0', '"0.4"', '"2.0"', '"1"', '"new"', 'null', '{}'])(
    'refuses the format %s',
    async (format) => {
      const text = `file_format: ${format}${PROVIDER}`;
      const { problems } = await files.refusal(text);
      expect(problems.map(({ path }) => path)).toEqual(['file_format']);
      expect(problems[0]?.accepted).toContain('in quotes');
    },
  );

  it.each([
    ['disabled: maybe', 'disabled'],
    ['log_level: loud', 'log_level'],
    ['attribute_limits: 5', 'attribute_limits'],
    ['attribute_limits: { attribute_count_limit: -1 }', 'attribute_limits.attribute_count_limit'],
    ['resource: []', 'resource'],
    ['resource: { attributes: [] }', 'resource.attributes'],
    ['resource: { attributes: { a: b } }', 'resource.attributes'],
    ['resource: { attributes: [{ name: a }] }', 'resource.attributes[0]'],
    ['resource: { attributes: [{ value: a }] }', 'resource.attributes[0]'],
    ['resource: { attributes: [{ name: a, value: { b: c } }] }', 'resource.attributes[0].value'],
    ['resource: { attributes: [{ name: a, value: b, type: x }] }', 'resource.attributes[0].type'],
    ['resource: { attributes_list: 5 }', 'resource.attributes_list'],
    ['propagator: { composite: [] }', 'propagator.composite'],
    ['propagator: { composite: [tracecontext] }', 'propagator.composite[0]'],
    ['propagator: { composite: [{ a: , b: }] }', 'propagator.composite[0]'],
    ['propagator: { composite_list: [a] }', 'propagator.composite_list'],
    ['tracer_provider: {}', 'tracer_provider'],
    ['tracer_provider:', 'tracer_provider'],
    ['tracer_provider: { processors: [] }', 'tracer_provider.processors'],
    ['tracer_provider: { processors: [{}] }', 'tracer_provider.processors[0]'],
    ['tracer_provider: { processors: [{ batch: {} }] }', 'tracer_provider.processors[0].batch'],
    ['tracer_provider: { processors: [{ batch: 5 }] }', 'tracer_provider.processors[0].batch'],
    [
      'tracer_provider: { processors: [{ batch: { exporter: {} } }] }',
      'tracer_provider.processors[0].batch.exporter',
    ],
    [
      'tracer_provider: { processors: [{ batch: { exporter: { console: }, max_queue_size: 0 } }] }',
      'tracer_provider.processors[0].batch.max_queue_size',
    ],
    [
      'tracer_provider: { processors: [{ batch: { exporter: { otlp_http: { encoding: xml } } } }] }',
      'tracer_provider.processors[0].batch.exporter.otlp_http.encoding',
    ],
    [
      'tracer_provider: { processors: [{ batch: { exporter: { otlp_http: { timeout: -1 } } } }] }',
      'tracer_provider.processors[0].batch.exporter.otlp_http.timeout',
    ],
    [
      'tracer_provider: { processors: [{ batch: { exporter: { otlp_http: { headers: [{ name: a }] } } } }] }',
      'tracer_provider.processors[0].batch.exporter.otlp_http.headers[0]',
    ],
  ])('refuses, as the published schema does: %s', async (line, path) => {
    const rest = line.startsWith('tracer_provider') ? '' : PROVIDER;
    const text = `file_format: "1.1"\n${line}\n${rest}`;
    expect(isInSchema(text)).toBe(false);
    expect((await files.refusal(text)).problems.map((problem) => problem.path)).toEqual([path]);
  });

  it.each([
    ['{ my_exporter: { a: 1 } }', /given as one of exporters in OtelModule/],
    ['{ otlp_file/development: }', /given as one of exporters in OtelModule/],
    ['{ otlp_http: { compression: zstd } }', /one of "gzip", "none"/],
    ['{ otlp_http: { endpoint: "collector:4318" } }', /for http protocols a URL/],
    ['{ otlp_grpc: { tls: { ca_file: /nowhere.pem } } }', /path of a PEM file/],
    ['{ otlp_grpc: { headers: [{ name: "a b", value: "x" }] } }', /header names/],
    ['{ otlp_http: { headers_list: "hunter2" } }', /key=value pairs/],
  ])('refuses exporters nestrace does not have: %s', async (exporter, accepted) => {
    const text = `file_format: "1.1"\ntracer_provider: { processors: [{ batch: { exporter: ${exporter} } }] }`;
    expect(isInSchema(text)).toBe(true);
    const { problems, message } = await files.refusal(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.accepted).toMatch(accepted);
    expect(message).not.toContain('hunter2');
  });

  it('refuses processors it does not have', async () => {
    const text = 'file_format: "1.1"\ntracer_provider: { processors: [{ mine: { a: 1 } }] }';
    const { problems } = await files.refusal(text);
    expect(problems).toMatchObject([{ path: 'tracer_provider.processors[0].mine' }]);
  });
});
