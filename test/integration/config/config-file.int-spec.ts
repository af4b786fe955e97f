import { Controller, Get, Injectable, Module, Param, type DynamicModule } from '@nestjs/common';
import { OTEL_OPTIONS, OtelConfigError, OtelModule, type ResolvedOtelOptions } from 'nestrace';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { CollectedLog } from '../../support/collected-log.js';
import { startOtlpHttpReceiver } from '../../support/receivers/otlp-http.receiver.js';
import type { OtlpSpan } from '../../support/receivers/otlp-span.js';
import type { Receiver } from '../../support/receivers/receiver.js';
import { waitUntil } from '../../support/wait-until.js';
import { ConfigFiles } from '../../unit/support/config-file.js';

@Injectable()
class Shelf {
  find(id: string): string {
    return `book ${id}`;
  }
}

@Controller()
class BooksController {
  constructor(private readonly shelf: Shelf) {}

  @Get('books/:id')
  find(@Param('id') id: string): string {
    return this.shelf.find(id);
  }

  @Get('internal/state')
  state(): string {
    return 'well';
  }
}

function library(otel: DynamicModule): DynamicModule {
  @Module({ imports: [otel], controllers: [BooksController], providers: [Shelf] })
  class LibraryModule {}
  return { module: LibraryModule };
}

const SHORT = `
tracing:
  service: { name: books, version: "7" }
  environment: qa
  lifecycle: false
  resource: { attributes: { team: readers } }
  exporters:
    - type: otlp
      protocol: http/protobuf
      endpoint: \${ENDPOINT}
      headers: { x-key: "\${KEY}" }
  processor: simple
  sampling:
    ignore: [/internal/*]
  auto_trace: { level: minimal }
`;

const STANDARD = `
file_format: "1.1"
resource:
  attributes:
    - { name: service.name, value: books }
    - { name: service.version, value: "7" }
    - { name: deployment.environment.name, value: qa }
  attributes_list: team=readers
tracer_provider:
  processors:
    - simple:
        exporter:
          otlp_http:
            endpoint: \${ENDPOINT}
            headers: [{ name: x-key, value: "\${KEY}" }]
  sampler: { parent_based: { root: { always_on: } } }
tracing:
  lifecycle: false
  sampling: { ignore: [/internal/*] }
  auto_trace: { level: minimal }
`;

const files = new ConfigFiles();
let receiver: Receiver<OtlpSpan>;
let running: RunningApp | undefined;

beforeEach(async () => {
  receiver = await startOtlpHttpReceiver();
  process.env['ENDPOINT'] = receiver.url;
  process.env['KEY'] = '12345';
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  await receiver.close();
  for (const name of ['ENDPOINT', 'KEY', 'OTEL_CONFIG_FILE']) delete process.env[name];
});
afterAll(() => {
  files.remove();
});

describe.each(ADAPTERS)('a configuration file on %s', (_name, createAdapter) => {
  describe.each([
    ['in the short form', SHORT],
    ['of OpenTelemetry', STANDARD],
  ])('%s', (_form, text) => {
    it.each([
      ['the option', () => OtelModule.forRoot({ configFile: files.write(text) })],
      [
        'the variable',
        () => {
          process.env['OTEL_CONFIG_FILE'] = files.write(text);
          return OtelModule.forRoot();
        },
      ],
      [
        'a factory',
        () => OtelModule.forRootAsync({ useFactory: () => ({ configFile: files.write(text) }) }),
      ],
    ])('named by %s decides what is traced and where it goes', async (_by, otel) => {
      running = await startApp(library(otel()), createAdapter());
      expect((await call(`${running.url}/internal/state`)).text).toBe('well');
      expect((await call(`${running.url}/books/7`)).text).toBe('book 7');
      await waitUntil(() => receiver.spans().length >= 2, 'the spans');
      await running.close();
      running = undefined;
      const spans = receiver.spans();
      expect(spans.map(({ name }) => name).toSorted()).toEqual([
        'BooksController.find',
        'GET /books/:id',
      ]);
      expect(spans[0]?.resource).toMatchObject({
        'service.name': 'books',
        'service.version': '7',
        'deployment.environment.name': 'qa',
        team: 'readers',
      });
      expect(new Set(receiver.requests.map(({ headers }) => headers['x-key']))).toEqual(
        new Set(['12345']),
      );
    });
  });

  it('gives way to the environment, and that to code', async () => {
    process.env['OTEL_SERVICE_NAME'] = 'from-environment';
    try {
      const otel = OtelModule.forRoot({
        configFile: files.write(SHORT),
        service: { version: 'from-code' },
      });
      running = await startApp(library(otel), createAdapter());
      const { service, origins } = running.app.get<ResolvedOtelOptions>(OTEL_OPTIONS);
      expect(service).toMatchObject({ name: 'from-environment', version: 'from-code' });
      const paths = ['service.version', 'service.name', 'environment', 'batch.maxQueueSize'];
      expect(paths.map((path) => origins.get(path)?.source)).toEqual([
        'code',
        'env',
        'file',
        'default',
      ]);
    } finally {
      delete process.env['OTEL_SERVICE_NAME'];
    }
  });

  it('leaves no method wrapped that it does not want traced', async () => {
    const text = SHORT.replace('auto_trace: { level: minimal }', 'auto_trace: false');
    const find = Object.getOwnPropertyDescriptor(Shelf.prototype, 'find')?.value as unknown;
    running = await startApp(
      library(OtelModule.forRoot({ configFile: files.write(text) })),
      createAdapter(),
    );
    expect(Object.getOwnPropertyDescriptor(Shelf.prototype, 'find')?.value).toBe(find);
    await call(`${running.url}/books/7`);
    await waitUntil(() => receiver.spans().length > 0, 'the span of the request');
    await running.close();
    running = undefined;
    expect(receiver.spans().map(({ name }) => name)).toEqual(['GET /books/:id']);
  });

  it('turns everything off', async () => {
    const find = Object.getOwnPropertyDescriptor(Shelf.prototype, 'find')?.value as unknown;
    const configFile = files.write(SHORT.replace('environment: qa', 'enabled: false'));
    running = await startApp(library(OtelModule.forRoot({ configFile })), createAdapter());
    expect(Object.getOwnPropertyDescriptor(Shelf.prototype, 'find')?.value).toBe(find);
    const { headers, text } = await call(`${running.url}/books/7`);
    expect(text).toBe('book 7');
    expect(headers).not.toHaveProperty('x-request-id');
    await running.close();
    running = undefined;
    expect(receiver.requests).toEqual([]);
  });

  it('says in the log what it did not use, and with debug where everything came from', async () => {
    const log = new CollectedLog();
    const file = files.write(`${STANDARD}  debug: true\nmeter_provider: {}\n`);
    running = await startApp(library(OtelModule.forRoot({ configFile: file })), createAdapter(), {
      logger: log,
    });
    const lines = files.shortened(log.lines.join('\n'));
    expect(lines).toContain(
      'warn otel.yaml:22:1 meter_provider is not used: the metrics of nestrace are set up by the option metrics.',
    );
    expect(lines).toContain('log service.name comes from otel.yaml:5');
    expect(lines).toContain('log configFile comes from code');
    expect(lines.join('\n')).not.toContain('12345');
  });

  it('stops the start where it is wrong, with everything that is', async () => {
    const text = SHORT.replace('level: minimal', 'level: max').replace(
      'environment: qa',
      'env: qa',
    );
    const start = startApp(
      library(OtelModule.forRoot({ configFile: files.write(text), debug: 1 as never })),
      createAdapter(),
    );
    const error = await start.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(OtelConfigError);
    const { problems } = error as OtelConfigError;
    expect(problems.map(({ path, line }) => [path, line])).toEqual([
      ['debug', undefined],
      ['tracing.env', 4],
      ['tracing.auto_trace.level', 15],
    ]);
  });
});
