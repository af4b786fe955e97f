import { afterAll, describe, expect, it } from 'vitest';
import { ConfigFiles } from '../../support/config-file.js';

const files = new ConfigFiles();
afterAll(() => {
  files.remove();
});

describe('readConfigFile', () => {
  it.each([
    ['', 'otel.yaml is empty: it sets nothing.'],
    ['# nothing', 'otel.yaml is empty: it sets nothing.'],
  ])('takes an empty file %j, and says so', async (text, warning) => {
    const { warnings } = await files.load(text);
    expect(files.shortened(warnings.join('\n'))).toEqual([warning]);
  });

  it.each(['tracing:', 'tracing: {}'])('takes %s for nothing', async (text) => {
    expect((await files.load(text)).warnings).toEqual([]);
  });

  it.each(['- a', 'text', '5', 'sampling: { ratio: 1 }', '{}'])(
    'wants to be told the form: %s',
    async (text) => {
      expect(files.shortened((await files.refusal(text)).message)).toEqual([
        'otel.yaml cannot be used:',
        '  otel.yaml:1:1',
        '    no configuration: at the top it has tracing: with options of nestrace, or ' +
          `file_format: "1.1" with what OpenTelemetry's declarative configuration has`,
      ]);
    },
  );

  it('warns of what stands beside the options', async () => {
    const { warnings, debug } = await files.load('x-shared: &a true\ntracing: { debug: *a }\n');
    expect(debug).toBe(true);
    expect(files.shortened(warnings.join('\n'))).toEqual([
      'otel.yaml:1:1 x-shared is nothing nestrace knows: it is ignored.',
    ]);
  });

  it('wants options where options belong', async () => {
    const { problems } = await files.refusal('tracing: [a]');
    expect(problems).toMatchObject([{ path: 'tracing', line: 1, column: 1 }]);
  });

  it('reads expressions and rules in lists, and names of the user as they are', async () => {
    const text = `
tracing:
  resource: { attributes: { my_own: 1, regex: x } }
  sampling:
    ignore:
      - /internal/*
      - { regex: '^/v\\d+/', flags: i }
      - { path: { regex: 'x$' }, method: GET }
    rules:
      - { match: { transport: rpc, name: orders.* }, ratio: 0 }
  auto_trace:
    include: ['*Repository', { module: Billing }, { regex: '^A' }]
  exporters: { type: otlp, headers: { my_key: x } }
`;
    const { sampling, resource, autoTrace, exporters } = await files.load(text);
    expect(sampling.ignore).toEqual(['/internal/*', /^\/v\d+\//i, { path: /x$/, method: 'GET' }]);
    expect(sampling.rules).toEqual([{ match: { transport: 'rpc', name: 'orders.*' }, ratio: 0 }]);
    expect(resource.attributes).toEqual({ my_own: 1, regex: 'x' });
    expect(autoTrace.include).toEqual(['*Repository', { module: 'Billing' }, /^A/]);
    expect(exporters[0]).toMatchObject({ headers: { my_key: 'x' } });
  });

  it('tells all syntax errors at once', async () => {
    const error = await files.refusal('a: b: c\nd: [\n');
    expect(error.problems.length).toBeGreaterThan(1);
    expect(files.shortened(error.message)[0]).toBe('otel.yaml cannot be used:');
  });
});
