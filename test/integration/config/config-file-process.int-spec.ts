import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startOtlpHttpReceiver } from '../../support/receivers/otlp-http.receiver.js';
import type { OtlpSpan } from '../../support/receivers/otlp-span.js';
import type { Receiver } from '../../support/receivers/receiver.js';
import { buildFixture, type BuiltFixture } from '../../support/run-fixture.js';
import { ConfigFiles } from '../../unit/support/config-file.js';

const files = new ConfigFiles();
let script: BuiltFixture;
let server: BuiltFixture;
let receiver: Receiver<OtlpSpan>;

beforeAll(async () => {
  [script, server] = await Promise.all([buildFixture('script'), buildFixture('lifecycle')]);
}, 120_000);
afterAll(async () => {
  await Promise.all([script.remove(), server.remove()]);
  files.remove();
});
beforeEach(async () => {
  receiver = await startOtlpHttpReceiver();
});
afterEach(async () => {
  await receiver.close();
});

const STANDARD = `
file_format: "1.0"
resource: { attributes: [{ name: service.name, value: reports }] }
propagator: { composite: [{ tracecontext: }, { baggage: }] }
tracer_provider:
  processors:
    - batch:
        schedule_delay: 3600000
        exporter:
          otlp_http:
            endpoint: \${COLLECTOR:-http://localhost:4318}/v1/traces
            compression: gzip
`;

describe('a process with OTEL_CONFIG_FILE', () => {
  it('exports as the standard file says, to the endpoint a variable names', async () => {
    const { origin } = new URL(receiver.url);
    const env = { OTEL_CONFIG_FILE: files.write(STANDARD), COLLECTOR: origin };
    const run = script.start({ options: {} }, env);
    expect(await run.waitForExit(30_000)).toEqual({ code: 0, signal: null });
    expect(run.stderr).toBe('');
    expect(receiver.spans().map(({ name }) => name)).toEqual(['nightly report']);
    expect(receiver.spans()[0]?.resource['service.name']).toBe('reports');
    expect(receiver.requests[0]?.headers['content-encoding']).toBe('gzip');
  });

  it('loads nothing that reads YAML where there is no file', async () => {
    const bare = await buildFixture('script', { without: ['yaml'] });
    const run = bare.start({ options: { exporters: 'none' } });
    expect(await run.waitForExit(30_000)).toEqual({ code: 0, signal: null });
    const reading = bare.start({ options: { configFile: files.write(STANDARD) } });
    expect((await reading.waitForExit(30_000)).code).not.toBe(0);
    await bare.remove();
  }, 60_000);

  it.each([
    ['is not there', () => '/nowhere/otel.yaml', /there is none at \/nowhere\/otel\.yaml/],
    ['is no YAML', () => files.write('a: b: c'), /otel\.yaml:1:4\n {4}no YAML: Nested mappings/],
    [
      'is not valid',
      () => files.write(STANDARD.replace('schedule_delay: 3600000', 'schedule_delay: soon')),
      /schedule_delay = 'soon'\n {4}accepted: a whole number/,
    ],
  ])('does not start where the file %s, and says why', async (_what, name, expected) => {
    const run = server.start({ options: {} }, { OTEL_CONFIG_FILE: name() });
    const { code } = await run.waitForExit(30_000);
    expect(code).not.toBe(0);
    expect(run.lines.some(({ event }) => event === 'listening')).toBe(false);
    const { message } = JSON.parse(run.stderr.split('\n', 1)[0] ?? '') as { message: string };
    expect(message).toMatch(expected);
  });
});
