import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResolvedExporter } from '../../../libs/nestrace/src/config/exporters.options.js';
import type { ResolvedOtlpExporter } from '../../../libs/nestrace/src/config/otlp-exporter.options.js';
import type { Environment } from '../../../libs/nestrace/src/config/schema/node.js';
import { onlyProblem, refusal, resolve } from '../support/options.js';

class OwnExporter implements SpanExporter {
  export(_spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    done({ code: ExportResultCode.SUCCESS });
  }
  async shutdown(): Promise<void> {}
}

const OTLP_DEFAULTS = {
  type: 'otlp',
  name: 'otlp',
  protocol: 'grpc',
  endpoint: 'http://localhost:4317',
  headers: {},
  timeoutMs: 10_000,
  compression: 'none',
  tls: { ca: undefined, cert: undefined, key: undefined, insecure: false },
};
const ZIPKIN_DEFAULTS = {
  type: 'zipkin',
  name: 'zipkin',
  endpoint: 'http://localhost:9411/api/v2/spans',
  headers: {},
  timeoutMs: 10_000,
};
const CONSOLE_DEFAULTS = { type: 'console', name: 'console', format: 'tree', colors: undefined };

function exportersOf(exporters?: unknown, env: Environment = {}): readonly ResolvedExporter[] {
  return resolve({ exporters }, env).exporters;
}

function otlp(options: object = {}, env: Environment = {}): ResolvedOtlpExporter {
  const [exporter] = exportersOf({ type: 'otlp', ...options }, env);
  if (exporter?.type !== 'otlp') throw new Error('There is no OTLP exporter.');
  return exporter;
}

const ACCEPTED =
  'one of "otlp", "zipkin", "console", "none", an object with such a type, or a SpanExporter';

describe('exporters', () => {
  it('are OTLP with its defaults', () => {
    const options = resolve();
    expect(options.exporters).toEqual([OTLP_DEFAULTS]);
    expect(options.origins.get('exporters')).toEqual({ source: 'default' });
  });

  it.each([
    ['otlp', OTLP_DEFAULTS],
    ['zipkin', ZIPKIN_DEFAULTS],
    ['console', CONSOLE_DEFAULTS],
  ])('take the name %s for its defaults', (name, expected) => {
    expect(exportersOf(name)).toEqual([expected]);
    expect(exportersOf([name])).toEqual([expected]);
    expect(exportersOf({ type: name })).toEqual([expected]);
    expect(exportersOf([{ type: name }])).toEqual([expected]);
  });

  it.each([['none'], [['none']], [[]], [{ type: 'none' }]])('take %j for nothing', (exporters) => {
    const options = resolve({ exporters }, { OTEL_TRACES_EXPORTER: 'console' });
    expect(options.exporters).toEqual([]);
    expect(options.origins.get('exporters')).toEqual({ source: 'code' });
  });

  it('keep their order', () => {
    const types = exportersOf(['console', 'none', new OwnExporter(), 'otlp']).map((e) => e.type);
    expect(types).toEqual(['console', 'custom', 'otlp']);
  });

  it('take instances as they are, by the name of their class', () => {
    const exporter = new OwnExporter();
    expect(exportersOf(exporter)).toEqual([{ type: 'custom', name: 'OwnExporter', exporter }]);
    const [resolved] = exportersOf([exporter]);
    expect(resolved?.type === 'custom' && resolved.exporter).toBe(exporter);
  });

  it('call an instance without a class simply exporter', () => {
    const { export: send, shutdown } = new OwnExporter();
    const literal = { export: send, shutdown };
    const bare = Object.assign(Object.create(null) as object, literal);
    const anonymous = new (class extends OwnExporter {})();
    Object.defineProperty(anonymous.constructor, 'name', { value: '' });
    const names = exportersOf([literal, bare, anonymous]).map(({ name }) => name);
    expect(names).toEqual(['exporter', 'exporter#2', 'exporter#3']);
  });

  it('get unique names', () => {
    const names = exportersOf([
      'otlp',
      'otlp',
      { type: 'otlp', name: 'otlp#2' },
      { type: 'otlp', name: 'backup' },
      { type: 'zipkin', name: 'otlp' },
      new OwnExporter(),
      new OwnExporter(),
    ]).map(({ name }) => name);
    expect(names).toEqual([
      'otlp',
      'otlp#2',
      'otlp#2#2',
      'backup',
      'otlp#3',
      'OwnExporter',
      'OwnExporter#2',
    ]);
  });

  it.each([
    [null],
    [5],
    [true],
    [''],
    ['OTLP'],
    ['jaeger'],
    ['otlp,console'],
    [{}],
    [{ type: 'jaeger' }],
    [{ type: 'custom' }],
    [{ export: () => {} }],
    [[['otlp']]],
    [[undefined]],
    [OwnExporter],
  ])('refuse %j', (exporters) => {
    expect(onlyProblem({ exporters })).toMatchObject({ path: 'exporters[0]', accepted: ACCEPTED });
  });

  it('report every problem of every exporter with its place in the list', () => {
    const { problems } = refusal({
      exporters: [
        'otlp',
        'nothing',
        { type: 'otlp', protocol: 'http', compression: 'zip', timeoutMs: 0, url: 'x' },
        { type: 'zipkin', endpoint: 'localhost:9411', headers: 'a=b' },
        { type: 'console', format: 'table', colors: 'yes' },
      ],
    });
    expect(problems.map(({ path }) => path)).toEqual([
      'exporters[1]',
      'exporters[2].url',
      'exporters[2].protocol',
      'exporters[2].timeoutMs',
      'exporters[2].compression',
      'exporters[3].endpoint',
      'exporters[3].headers',
      'exporters[4].format',
      'exporters[4].colors',
    ]);
  });
});

describe('OTEL_TRACES_EXPORTER', () => {
  it.each([
    ['otlp', ['otlp']],
    ['console', ['console']],
    ['zipkin,otlp', ['zipkin', 'otlp']],
    [' Console , OTLP,', ['console', 'otlp']],
    ['none', []],
    ['none,console', ['console']],
  ])('%j selects exporters', (value, types) => {
    const options = resolve({}, { OTEL_TRACES_EXPORTER: value });
    expect(options.exporters.map(({ type }) => type)).toEqual(types);
    expect(options.origins.get('exporters')).toEqual({
      source: 'env',
      variable: 'OTEL_TRACES_EXPORTER',
    });
    expect(options.warnings).toEqual([]);
  });

  it('keeps the names it knows and warns about the others', () => {
    const options = resolve({}, { OTEL_TRACES_EXPORTER: 'jaeger,console' });
    expect(options.exporters).toEqual([CONSOLE_DEFAULTS]);
    expect(options.warnings).toEqual([
      expect.stringMatching(/^OTEL_TRACES_EXPORTER='jaeger,console'.*otlp, zipkin, console, none/),
    ]);
  });

  it.each(['jaeger', 'constructor'])('falls back to OTLP when it only says %j', (value) => {
    const options = resolve({}, { OTEL_TRACES_EXPORTER: value });
    expect(options.exporters).toEqual([OTLP_DEFAULTS]);
    expect(options.origins.get('exporters')).toEqual({ source: 'default' });
    expect(options.warnings).toHaveLength(1);
  });

  it.each(['', ' ', ',,'])('counts as unset when it is %j', (value) => {
    const options = resolve({}, { OTEL_TRACES_EXPORTER: value });
    expect(options.exporters).toEqual([OTLP_DEFAULTS]);
    expect(options.warnings).toEqual([]);
  });

  it('is not looked at when code names exporters', () => {
    const options = resolve({ exporters: 'zipkin' }, { OTEL_TRACES_EXPORTER: 'jaeger' });
    expect(options.exporters).toEqual([ZIPKIN_DEFAULTS]);
    expect(options.warnings).toEqual([]);
  });
});

describe('endpoint of OTLP', () => {
  it.each([
    ['http/protobuf', undefined, 'http://localhost:4318/v1/traces'],
    ['http/json', undefined, 'http://localhost:4318/v1/traces'],
    ['http/json', 'http://host:4318', 'http://host:4318/v1/traces'],
    ['http/json', 'http://host:4318/', 'http://host:4318/v1/traces'],
    ['http/json', 'http://host/otlp', 'http://host/otlp/v1/traces'],
    ['http/json', 'http://host/otlp//', 'http://host/otlp/v1/traces'],
    ['http/json', 'http://host/v1/traces', 'http://host/v1/traces'],
    ['http/json', 'http://host/v1/traces/', 'http://host/v1/traces/'],
    ['http/json', 'https://host/api/traces?key=a', 'https://host/api/traces?key=a'],
    ['http/json', 'https://host/?key=a', 'https://host/v1/traces?key=a'],
    ['http/json', 'HTTP://HOST', 'http://host/v1/traces'],
    ['http/protobuf', 'https://ann:pw@host', 'https://ann:pw@host/v1/traces'],
    ['grpc', 'http://host:4317', 'http://host:4317'],
    ['grpc', 'https://host:4317', 'https://host:4317'],
    ['grpc', 'host:4317', 'host:4317'],
    ['grpc', 'unix:/tmp/socket', 'unix:/tmp/socket'],
    ['grpc', 'dns:///host:4317', 'dns:///host:4317'],
  ])('with %s and %s is %s', (protocol, endpoint, expected) => {
    expect(otlp({ protocol, endpoint }).endpoint).toBe(expected);
  });

  it.each(['', 'host', 'ftp://host', '//host', 'host:port', 5, null, ['http://host']])(
    'refuses %j',
    (endpoint) => {
      const problem = onlyProblem({ exporters: { type: 'otlp', endpoint } });
      expect(problem.path).toBe('exporters[0].endpoint');
      expect(problem.accepted).toContain('http:// or https://');
    },
  );

  it.each(['host:4318', 'unix:/tmp/socket'])(
    'refuses %s in code for the http protocols',
    (endpoint) => {
      const problem = onlyProblem({ exporters: { type: 'otlp', protocol: 'http/json', endpoint } });
      expect(problem).toEqual({
        path: 'exporters[0].endpoint',
        shown: `'${endpoint}'`,
        accepted: 'for http protocols a URL with http:// or https://',
      });
    },
  );

  it('ignores an address without a protocol from the environment for the http protocols', () => {
    const env = {
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
    };
    const options = resolve({}, env);
    expect(options.exporters[0]).toMatchObject({ endpoint: 'http://localhost:4318/v1/traces' });
    expect(options.warnings).toEqual([
      expect.stringContaining("OTEL_EXPORTER_OTLP_ENDPOINT='collector:4318' is ignored"),
    ]);
    expect(options.origins.get('exporters[0].endpoint')).toEqual({ source: 'default' });
  });

  it('from OTEL_EXPORTER_OTLP_ENDPOINT is a base', () => {
    const env = {
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://host/base',
    };
    expect(otlp({}, env).endpoint).toBe('http://host/base/v1/traces');
  });

  it.each(['http://host/custom', 'http://host', 'http://host/v1/traces/'])(
    'from OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is used as it is: %s',
    (endpoint) => {
      const env = {
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other',
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
      };
      expect(otlp({}, env).endpoint).toBe(endpoint);
    },
  );

  it('from code gets its path even when the environment has one that is used as it is', () => {
    const env = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://other/custom' };
    expect(otlp({ protocol: 'http/json', endpoint: 'http://host' }, env).endpoint).toBe(
      'http://host/v1/traces',
    );
  });

  it('falls back to the general variable when the one for traces is bad', () => {
    const options = resolve(
      {},
      {
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'nonsense',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://host:4317',
      },
    );
    expect(options.exporters[0]).toMatchObject({ endpoint: 'http://host:4317' });
    expect(options.warnings).toEqual([
      expect.stringContaining("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT='nonsense'"),
    ]);
  });

  it('does not show credentials of a bad one', () => {
    const { message } = refusal({ exporters: { type: 'otlp', endpoint: 'ftp://ann:hunter2@h' } });
    expect(message).not.toContain('hunter2');
    const options = resolve({}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'ftp://ann:hunter2@h' });
    expect(options.warnings).toHaveLength(1);
    expect(options.warnings[0]).not.toContain('hunter2');
  });
});

describe('variables of OTLP', () => {
  it.each([
    [
      'PROTOCOL',
      'protocol',
      ['http/json', 'http/json'],
      ['HTTP/Protobuf', 'http/protobuf'],
      'grpc',
    ],
    ['TIMEOUT', 'timeoutMs', ['1000', 1000], ['2000', 2000], 3000],
    ['COMPRESSION', 'compression', ['gzip', 'gzip'], ['none', 'none'], 'gzip'],
    ['HEADERS', 'headers', ['a=1', { a: '1' }], ['b=%20', { b: ' ' }], { c: '3' }],
  ] as const)(
    '%s: the one for traces before the general one, code before both',
    (name, option, [traces, ofTraces], [general, ofGeneral], code) => {
      const env = { [`OTEL_EXPORTER_OTLP_${name}`]: general };
      const both = { ...env, [`OTEL_EXPORTER_OTLP_TRACES_${name}`]: traces };
      expect(otlp({}, env)[option]).toEqual(ofGeneral);
      expect(otlp({}, both)[option]).toEqual(ofTraces);
      expect(otlp({ [option]: code }, both)[option]).toEqual(code);
    },
  );

  it.each([
    ['PROTOCOL', 'http'],
    ['TIMEOUT', '10s'],
    ['TIMEOUT', '0'],
    ['COMPRESSION', 'deflate'],
    ['HEADERS', 'no pairs'],
    ['HEADERS', 'a=%0d%0ab: c'],
    ['INSECURE', 'yes'],
    ['CERTIFICATE', '/does/not/exist.pem'],
    ['CLIENT_CERTIFICATE', '/does/not/exist.pem'],
    ['CLIENT_KEY', '/does/not/exist.pem'],
  ])('%s=%s is ignored and named, for traces and in general', (name, value) => {
    for (const variable of [`OTEL_EXPORTER_OTLP_${name}`, `OTEL_EXPORTER_OTLP_TRACES_${name}`]) {
      const options = resolve({}, { [variable]: value });
      expect(options.exporters).toEqual([OTLP_DEFAULTS]);
      expect(options.warnings).toHaveLength(1);
      expect(options.warnings[0]).toContain(`${variable}=`);
    }
  });

  it('apply to every OTLP exporter', () => {
    const exporters = exportersOf(['otlp', { type: 'otlp', timeoutMs: 5 }, 'zipkin'], {
      OTEL_EXPORTER_OTLP_TIMEOUT: '7',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    });
    expect(exporters).toMatchObject([
      { timeoutMs: 7, compression: 'gzip' },
      { timeoutMs: 5, compression: 'gzip' },
      { timeoutMs: 10_000 },
    ]);
  });
});

describe('headers of OTLP', () => {
  const env = { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=hunter2' };

  it('from the environment go to the endpoint of the environment or the default one', () => {
    expect(otlp({}, env).headers).toEqual({ authorization: 'hunter2' });
  });

  it.each([{}, { headers: undefined }])(
    'from the environment do not go to an endpoint from code: %j',
    (options) => {
      expect(otlp({ endpoint: 'http://other:4317', ...options }, env).headers).toEqual({});
    },
  );

  it('from code go to an endpoint from code', () => {
    const headers = { 'x-key': 'a' };
    expect(otlp({ endpoint: 'http://other:4317', headers }, env).headers).toEqual(headers);
  });

  it('never appear in messages', () => {
    const bad = { authorization: 'hunter2\r\n' };
    const { message, problems } = refusal({
      exporters: [
        { type: 'otlp', headers: bad },
        { type: 'zipkin', headers: { a: { hunter2: 1 } } },
        { type: 'otpl', headers: { authorization: 'hunter2' } },
        { headers: { authorization: 'hunter2' } },
      ],
      otlp: { headers: { authorization: 'hunter2' } },
    });
    expect(problems).toHaveLength(5);
    expect(message).not.toContain('hunter2');
    const { warnings } = resolve({}, { OTEL_EXPORTER_OTLP_HEADERS: 'hunter2' });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).not.toContain('hunter2');
  });
});

describe('tls of OTLP', () => {
  const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  let directory: string;
  let file: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'nestrace-pem-'));
    file = join(directory, 'ca.pem');
    writeFileSync(file, PEM);
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it.each(['ca', 'cert', 'key'] as const)('%s is PEM text or the path of a file', (name) => {
    expect(otlp({ tls: { [name]: PEM } }).tls[name]).toBe(PEM);
    expect(otlp({ tls: { [name]: file } }).tls[name]).toBe(PEM);
  });

  it.each([
    ['ca', 'CERTIFICATE'],
    ['cert', 'CLIENT_CERTIFICATE'],
    ['key', 'CLIENT_KEY'],
  ] as const)('%s comes from code, else from OTEL_EXPORTER_OTLP_%s', (name, variable) => {
    expect(otlp({}, { [`OTEL_EXPORTER_OTLP_${variable}`]: file }).tls[name]).toBe(PEM);
    expect(otlp({}, { [`OTEL_EXPORTER_OTLP_TRACES_${variable}`]: PEM }).tls[name]).toBe(PEM.trim());
    const own = PEM.replace('AAAA', 'BBBB');
    const env = { [`OTEL_EXPORTER_OTLP_${variable}`]: file };
    expect(otlp({ tls: { [name]: own } }, env).tls[name]).toBe(own);
  });

  it('insecure comes from code, else from the environment', () => {
    expect(otlp({}, { OTEL_EXPORTER_OTLP_INSECURE: 'true' }).tls.insecure).toBe(true);
    const env = { OTEL_EXPORTER_OTLP_TRACES_INSECURE: 'true' };
    expect(otlp({ tls: { insecure: false } }, env).tls.insecure).toBe(false);
  });

  it.each([['directory'], ['missing'], [''], [5], [null]])('refuses %j', (value) => {
    const given = value === 'directory' ? directory : value;
    const { problems } = refusal({
      exporters: { type: 'otlp', tls: { ca: given, cert: given, key: given } },
    });
    expect(problems.map(({ path }) => path)).toEqual([
      'exporters[0].tls.ca',
      'exporters[0].tls.cert',
      'exporters[0].tls.key',
    ]);
    expect(problems[0]?.accepted).toBe('PEM text, or the path of a PEM file that can be read');
  });

  it('never shows a key', () => {
    const { message } = refusal({ exporters: { type: 'otlp', tls: { key: 'hunter2' } } });
    expect(message).toContain('exporters[0].tls.key = (not shown)');
    expect(message).not.toContain('hunter2');
    const { warnings } = resolve({}, { OTEL_EXPORTER_OTLP_CLIENT_KEY: 'hunter2' });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).not.toContain('hunter2');
  });
});

describe('variables of Zipkin and of the console', () => {
  const zipkin = { OTEL_TRACES_EXPORTER: 'zipkin' };

  it('OTEL_EXPORTER_ZIPKIN_ENDPOINT and _TIMEOUT come after code', () => {
    const env = {
      OTEL_EXPORTER_ZIPKIN_ENDPOINT: 'http://host/spans',
      OTEL_EXPORTER_ZIPKIN_TIMEOUT: '7',
    };
    expect(exportersOf('zipkin', env)).toEqual([
      { ...ZIPKIN_DEFAULTS, endpoint: 'http://host/spans', timeoutMs: 7 },
    ]);
    const code = { type: 'zipkin', endpoint: 'https://own/x', timeoutMs: 8, headers: { a: 'b' } };
    expect(exportersOf(code, env)).toEqual([{ ...ZIPKIN_DEFAULTS, ...code }]);
  });

  it('OTEL_EXPORTER_CONSOLE_FORMAT comes after code', () => {
    const env = { OTEL_EXPORTER_CONSOLE_FORMAT: 'JSON' };
    expect(exportersOf('console', env)).toEqual([{ ...CONSOLE_DEFAULTS, format: 'json' }]);
    expect(exportersOf({ type: 'console', format: 'tree', colors: false }, env)).toEqual([
      { ...CONSOLE_DEFAULTS, colors: false },
    ]);
  });

  it.each([
    ['OTEL_EXPORTER_ZIPKIN_ENDPOINT', 'localhost:9411', zipkin],
    ['OTEL_EXPORTER_ZIPKIN_TIMEOUT', '-1', zipkin],
    ['OTEL_EXPORTER_CONSOLE_FORMAT', 'table', { OTEL_TRACES_EXPORTER: 'console' }],
  ])('%s=%s is ignored and named', (variable, value, env) => {
    const options = resolve({}, { ...env, [variable]: value });
    expect(options.exporters).toEqual(resolve({}, env).exporters);
    expect(options.warnings).toEqual([expect.stringContaining(`${variable}='${value}'`)]);
  });
});
