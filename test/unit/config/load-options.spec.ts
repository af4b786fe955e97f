import { ExportResultCode } from '@opentelemetry/core';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { loadOptions } from '../../../libs/nestrace/src/config/load-options.js';
import { environmentOptions } from '../../../libs/nestrace/src/config/resolve-options.js';
import type { Environment } from '../../../libs/nestrace/src/config/schema/node.js';
import { OtelConfigError } from '../../../libs/nestrace/src/core/errors/otel-config.error.js';
import { ConfigFiles } from '../support/config-file.js';

const files = new ConfigFiles();
afterAll(() => {
  files.remove();
});

const SHORT = `
tracing:
  environment: staging
  sampling:
    ratio: 0.2
    strategy: ratio
  batch:
    max_queue_size: 100
`;

describe('loadOptions', () => {
  it('is there at once where no file is named', () => {
    expect(loadOptions({}, {})).not.toBeInstanceOf(Promise);
    expect(loadOptions({ configFile: false }, { OTEL_CONFIG_FILE: 'x' })).toMatchObject({
      configFile: false,
    });
    expect(loadOptions({}, { OTEL_CONFIG_FILE: ' ' })).not.toBeInstanceOf(Promise);
  });

  it('knows the file by the standard variable only, and says so', () => {
    const options = loadOptions({}, { OTEL_EXPERIMENTAL_CONFIG_FILE: '/nowhere/otel.yaml' });
    expect(options).toMatchObject({
      configFile: undefined,
      warnings: [expect.stringContaining('the variable is OTEL_CONFIG_FILE')],
    });
  });

  it.each(['code', 'the environment'])('reads the file %s names', async (by) => {
    const configFile = files.write(SHORT);
    const options = await (by === 'code'
      ? loadOptions({ configFile }, {})
      : loadOptions({}, { OTEL_CONFIG_FILE: configFile }));
    expect(options.sampling.ratio).toBe(0.2);
    expect(options.configFile).toBe(configFile);
  });

  it('reads a file in the working directory by its name', async () => {
    const configFile = files.write('tracing: { debug: true }', 'here.yaml');
    vi.spyOn(process, 'cwd').mockReturnValue(configFile.replace('/here.yaml', ''));
    try {
      const { debug, origins } = await loadOptions({ configFile: 'here.yaml' }, {});
      expect(debug).toBe(true);
      expect(origins.get('debug')).toEqual({
        source: 'file',
        file: 'here.yaml',
        line: 1,
        column: 12,
        path: 'tracing.debug',
      });
    } finally {
      vi.restoreAllMocks();
    }
  });

  it('prefers code to the environment, that to the file, and that to the default', async () => {
    const env = { OTEL_BSP_MAX_QUEUE_SIZE: '50', OTEL_ENVIRONMENT: 'qa' };
    const { origins, ...options } = await files.load(SHORT, { environment: 'code' }, env);
    expect(options.environment).toBe('code');
    expect(options.batch.maxQueueSize).toBe(50);
    expect(options.sampling).toMatchObject({ ratio: 0.2, strategy: 'ratio' });
    expect(options.batch.scheduledDelayMs).toBe(5000);
    const paths = ['environment', 'batch.maxQueueSize', 'sampling.ratio', 'batch.scheduledDelayMs'];
    expect(paths.map((path) => origins.get(path)?.source)).toEqual([
      'code',
      'env',
      'file',
      'default',
    ]);
    expect(origins.get('sampling.ratio')).toMatchObject({
      line: 5,
      path: 'tracing.sampling.ratio',
    });
  });

  it('lets defaults follow what the file says', async () => {
    const { sampling, batch, panel } = await files.load(
      'tracing: { environment: staging, batch: { max_queue_size: 100 } }',
    );
    expect([sampling.ratio, batch.maxExportBatchSize, panel.enabled]).toEqual([0.5, 100, false]);
  });

  it('takes NODE_ENV for a guess, as a default is', async () => {
    const env = { NODE_ENV: 'test' };
    expect((await files.load(SHORT, {}, env)).environment).toBe('staging');
    expect((await files.load('tracing: {}', {}, env)).environment).toBe('test');
    const handedBack = environmentOptions(env);
    expect(handedBack.environment).toBe('test');
    expect((await files.load(SHORT, handedBack, env)).environment).toBe('staging');
  });

  it('still keeps the panel from production', async () => {
    const text = 'tracing: { panel: true }';
    const error = await files.refusal(text, {}, { NODE_ENV: 'production' });
    expect(error.problems).toMatchObject([{ path: 'tracing.panel', line: 1, column: 12 }]);
    const guarded = { panel: { authorize: () => true } };
    const env = { NODE_ENV: 'production' };
    expect((await files.load(text, guarded, env)).panel.enabled).toBe(true);
  });

  it('carries what @nestjs/config has read from the environment, the file among it', async () => {
    const env = { OTEL_CONFIG_FILE: files.write(SHORT), OTEL_SAMPLING_RATIO: '0.7' };
    const input = environmentOptions(env);
    expect(input.configFile).toBe(env.OTEL_CONFIG_FILE);
    const { sampling, origins } = await loadOptions(input, env);
    expect(sampling).toMatchObject({ strategy: 'ratio', ratio: 0.7 });
    expect(origins.get('sampling.ratio')?.source).toBe('env');
    expect(origins.get('configFile')).toEqual({ source: 'env', variable: 'OTEL_CONFIG_FILE' });
  });

  it('adds attributes of the environment to those of the file', async () => {
    const { resource, service, origins } = await files.load(
      'tracing: { resource: { attributes: { team: file, floor: 3 } }, service: { name: file } }',
      {},
      { OTEL_RESOURCE_ATTRIBUTES: 'team=env,service.name=env' },
    );
    expect(resource.attributes).toEqual({ team: 'env', floor: 3, 'service.name': 'env' });
    expect(service.name).toBe('env');
    expect(origins.get('resource.attributes')?.source).toBe('env');
  });

  it.each([{ enabled: false }, {}])(
    'does not read the file where tracing is off',
    async (input) => {
      const env: Environment = 'enabled' in input ? {} : { OTEL_SDK_DISABLED: 'true' };
      const options = loadOptions({ ...input, configFile: '/nowhere/otel.yaml' }, env);
      expect(options).toMatchObject({ enabled: false });
    },
  );

  it('turns everything off by the file', async () => {
    expect((await files.load('tracing: { enabled: false }')).enabled).toBe(false);
    expect((await files.load('tracing: { enabled: false }', { enabled: true })).enabled).toBe(true);
    const env = { OTEL_ENABLED: 'true' };
    expect((await files.load('tracing: { enabled: false }', {}, env)).enabled).toBe(true);
  });

  it.each([
    ['http: false', {}, false, 'file'],
    ['http: true', {}, true, 'file'],
    ['http: { capture_user_agent: false }', {}, true, 'file'],
    ['http: false', { http: true }, true, 'code'],
    ['http: true', { http: false }, false, 'code'],
    ['http: false', { http: { captureUserAgent: false } }, true, 'code'],
    ['http:', {}, true, 'default'],
  ])('switches features: %s with %j in code', async (line, input, enabled, source) => {
    const { http, origins } = await files.load(`tracing:\n  ${line}`, input);
    expect(http.enabled).toBe(enabled);
    expect(origins.get('http')?.source).toBe(source);
  });

  it('tells a feature that something was said about it', async () => {
    const { panel } = await files.load('tracing: { panel: { ingest: { port: 1234 } } }');
    expect(panel.ingest).toMatchObject({ enabled: true, port: 1234 });
  });
});

describe('exporters of a file', () => {
  const TWO = `
tracing:
  exporters:
    - { type: otlp, endpoint: 'http://a:4317', headers: { key: 'of-a' } }
    - console
`;
  const endpoints = async (text: string, input: object, env: Environment): Promise<unknown> => {
    const { exporters } = await files.load(text, input, env);
    return exporters.map((one) => ('endpoint' in one ? one.endpoint : one.type));
  };

  it('are replaced as a whole by those in code', async () => {
    expect(await endpoints(TWO, { exporters: 'zipkin' }, {})).toEqual([
      'http://localhost:9411/api/v2/spans',
    ]);
    const own = {
      export: (_: unknown, done: (result: object) => void) =>
        done({ code: ExportResultCode.SUCCESS }),
      shutdown: async () => {},
    };
    expect(await endpoints(TWO, { exporters: own }, {})).toEqual(['custom']);
  });

  it.each([
    ['otlp', ['http://a:4317']],
    ['console,otlp', ['console', 'http://a:4317']],
    ['zipkin', ['http://localhost:9411/api/v2/spans']],
    ['none', []],
    ['nonsense', ['http://a:4317', 'console']],
  ])('are chosen by OTEL_TRACES_EXPORTER=%s', async (names, expected) => {
    const env = { OTEL_TRACES_EXPORTER: names };
    expect(await endpoints(TWO, {}, env)).toEqual(expected);
    expect(await endpoints(TWO, environmentOptions(env), env)).toEqual(expected);
  });

  it('keep their headers for their own endpoint', async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://b:4317' };
    const { exporters, warnings } = await files.load(TWO, {}, env);
    expect(exporters[0]).toMatchObject({ endpoint: 'http://b:4317', headers: {} });
    expect(files.shortened(warnings.join('\n'))).toEqual([
      'The headers of otel.yaml:4 are not sent: the endpoint comes from ' +
        'OTEL_EXPORTER_OTLP_ENDPOINT, and headers go only to the endpoint they were given for.',
    ]);
    expect(warnings.join('')).not.toContain('of-a');
  });

  it('get no headers of the environment, unless they have asked for them', async () => {
    const env = { OTEL_EXPORTER_OTLP_HEADERS: 'key=of-env' };
    const { exporters, warnings } = await files.load(TWO, {}, env);
    expect(exporters[0]).toMatchObject({ headers: { key: 'of-a' } });
    expect(warnings).toHaveLength(1);
    const bare = await files.load('tracing: { exporters: { type: otlp } }', {}, env);
    expect(bare.exporters[0]).toMatchObject({ headers: { key: 'of-env' } });
    expect(bare.warnings).toEqual([]);
  });

  it('with several endpoints are not made one by a variable', async () => {
    const text = `
tracing:
  exporters:
    - { type: otlp, endpoint: 'http://a:4317', timeout_ms: 7 }
    - { type: otlp, endpoint: 'http://b:4317' }
`;
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4317', OTEL_EXPORTER_OTLP_TIMEOUT: '9' };
    const { exporters, warnings } = await files.load(text, {}, env);
    expect(exporters).toMatchObject([
      { endpoint: 'http://a:4317', timeoutMs: 7 },
      { endpoint: 'http://b:4317', timeoutMs: 9 },
    ]);
    expect(warnings).toEqual([expect.stringContaining('OTEL_EXPORTER_OTLP_ENDPOINT')]);
  });

  it.each([
    ['exporters: otlp', ['otlp']],
    ['exporters: { type: console, format: json }', ['console']],
    ['exporters: []', []],
    ['exporters: [none]', []],
    ['exporters:', ['otlp']],
  ])('may be written as %s', async (line, expected) => {
    const { exporters } = await files.load(`tracing:\n  ${line}`);
    expect(exporters.map(({ type }) => type)).toEqual(expected);
  });
});

describe('a file that is not valid', () => {
  it('is one error with every problem, from top to bottom, after those of the code', async () => {
    const text = `
tracing:
  service: { nam: orders }
  sampling:
    ratio: \${RATIO}
    minRatio: 1
    ignore_probes: yes
    ignoreProbes: true
    ignore: [{ regex: '(' }]
    keep: { when: always, errors: false }
  exporters:
    - otlpp
    - { type: otlp, endpoint: nowhere, headers: { key: [hunter2] } }
  batch: { max_queue_size: 10, max_export_batch_size: 20 }
  panel: 5
`;
    const error = await files.refusal(text, { debug: 'yes' }, { RATIO: 'much' });
    expect(error).toBeInstanceOf(OtelConfigError);
    const lines = files.shortened(error.message);
    expect(lines[0]).toBe('13 options are not valid in OtelModule.forRoot() and otel.yaml:');
    expect(lines.filter((_, index) => index % 2 === 1)).toEqual([
      "  debug = 'yes'",
      "  otel.yaml:3:14 tracing.service.nam = 'orders'",
      "  otel.yaml:5:5 tracing.sampling.ratio = 'much' (from ${RATIO})",
      '  otel.yaml:6:5 tracing.sampling.minRatio = 1',
      "  otel.yaml:7:5 tracing.sampling.ignore_probes = 'yes'",
      '  otel.yaml:8:5 tracing.sampling.ignoreProbes = true',
      "  otel.yaml:9:5 tracing.sampling.ignore = [ { regex: '(' } ]",
      "  otel.yaml:10:13 tracing.sampling.keep.when = 'always'",
      "  otel.yaml:12:7 tracing.exporters[0] = 'otlpp'",
      "  otel.yaml:13:21 tracing.exporters[1].endpoint = 'nowhere'",
      '  otel.yaml:13:40 tracing.exporters[1].headers = (not shown)',
      '  otel.yaml:14:32 tracing.batch.max_export_batch_size = 20',
      '  otel.yaml:15:3 tracing.panel = 5',
    ]);
    const accepted = lines.map((line) => line.trim());
    expect(accepted).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/in a file it is ignore_probes$/),
        'accepted: nothing in a file; it takes a function, given in OtelModule.forRoot()',
        expect.stringMatching(/^accepted: expressions as JavaScript has them/),
        'accepted: one of otlp, zipkin, console, none, or a mapping with such a type',
        expect.stringMatching(/^accepted: a mapping with any of enabled, path,/),
      ]),
    );
  });

  it('does not show what variables hold where the names tell of secrets', async () => {
    const text = `
tracing:
  sampling: { ratio: "\${API_KEY}" }
  exporters:
    type: otlp
    headers: { authorization: "\${SECRET}\u00e9" }
`;
    const env = { API_KEY: 'hunter2', SECRET: 'hunter2' };
    const { message } = await files.refusal(text, {}, env);
    expect(message).not.toContain('hunter2');
    expect(message).toContain('(not shown) (from ${API_KEY})');
  });

  it('shows variables by their names, whatever else stands there', async () => {
    const text =
      'tracing: { exporters: { type: otlp, endpoint: "x://app:pa$$hunter2@${HOST:-hunter2}" } }';
    const { problems } = await files.refusal(text, {}, { HOST: 'host' });
    expect(problems[0]?.shown).not.toContain('hunter2');
    expect(problems[0]?.shown).toMatch(/ \(from \$\{HOST\}\)$/);
  });

  it('tells of what code overrides, too', async () => {
    const error = await files.refusal('tracing: { sampling: { ratio: 2 } }', {
      sampling: { ratio: 1 },
    });
    expect(error.problems).toMatchObject([{ path: 'tracing.sampling.ratio', shown: '2' }]);
  });

  it('cannot name a further file', async () => {
    const error = await files.refusal('tracing: { config_file: other.yaml }');
    expect(error.problems).toMatchObject([{ accepted: 'nothing in the file itself' }]);
  });

  it.each([
    ['version: 1.10', /in quotes$/],
    ['version: true', /in quotes$/],
    ['version: []', /a text that is not empty$/],
  ])('wants texts as texts: %s', async (line, accepted) => {
    const error = await files.refusal(`tracing:\n  service: { ${line} }`);
    expect(error.problems[0]?.accepted).toMatch(accepted);
  });

  it('takes what a variable holds for a text where one is wanted', async () => {
    const text = [
      'tracing:',
      '  service:',
      '    version: ${SHA}',
      '  exporters:',
      '    type: otlp',
      '    headers:',
      '      key: ${SHA}',
    ].join('\n');
    const { service, exporters } = await files.load(text, {}, { SHA: '12e4567' });
    expect(service.version).toBe('12e4567');
    expect(exporters[0]).toMatchObject({ headers: { key: '12e4567' } });
  });
});

describe('a file that cannot be read', () => {
  async function message(input: object, env: Environment = {}): Promise<string> {
    return Promise.resolve(loadOptions(input, env)).then(
      () => 'it was read',
      (error: unknown) => (error as OtelConfigError).message,
    );
  }

  it('stops the start, whoever names it', async () => {
    expect(await message({ configFile: '/nowhere/otel.yaml' })).toBe(
      '1 option is not valid in OtelModule.forRoot():\n' +
        "  configFile = '/nowhere/otel.yaml'\n" +
        '    accepted: the path of a file; there is none at /nowhere/otel.yaml',
    );
    expect(await message({}, { OTEL_CONFIG_FILE: '/nowhere/otel.yaml' })).toBe(
      '1 option is not valid in the environment:\n' +
        "  OTEL_CONFIG_FILE = '/nowhere/otel.yaml'\n" +
        '    accepted: the path of a file; there is none at /nowhere/otel.yaml',
    );
  });

  it.each([
    ['a directory', '/tmp', /the path of a file, which \/tmp is not/],
    ['a device', '/dev/zero', /the path of a file, which \/dev\/zero is not/],
  ])('because it is %s', async (_what, configFile, expected) => {
    expect(await message({ configFile })).toMatch(expected);
  });

  it('because it is too large, or no text', async () => {
    const large = files.write('#'.repeat(1024 * 1024 + 1), 'large.yaml');
    expect(await message({ configFile: large })).toMatch(/at most 1 MiB; .* has 1048577 bytes$/);
    const binary = files.write(new Uint8Array([0xff, 0xfe, 0x00]), 'binary.yaml');
    expect(await message({ configFile: binary })).toMatch(/a file with text in UTF-8/);
  });
});
