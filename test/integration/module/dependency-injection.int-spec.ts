import { Controller, Get, Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { trace, type Tracer, type TracerProvider } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import {
  getTracerToken,
  InjectTracer,
  OTEL_OPTIONS,
  OTEL_PROPAGATOR,
  OTEL_RESOURCE,
  OTEL_SAMPLER,
  OTEL_SPAN_EXPORTERS,
  OTEL_SPAN_PROCESSORS,
  OTEL_TRACER,
  OTEL_TRACER_PROVIDER,
  OtelConfigError,
  OtelModule,
  Traced,
  TraceService,
  type ObservedExporter,
  type OtelModuleOptions,
  type ResolvedOtelOptions,
} from 'nestrace';
import { expectTrace, InMemoryTelemetry } from 'nestrace/testing';
import { describe, expect, it } from 'vitest';
import { startApp } from '../../support/apps.js';
import { call } from '../../support/client.js';

@Injectable()
class Books {
  constructor(
    private readonly traces: TraceService,
    @InjectTracer() private readonly tracer: Tracer,
    @InjectTracer('ledger') private readonly ledger: Tracer,
  ) {}

  @Traced()
  async close(): Promise<string | undefined> {
    this.traces.setAttributes({ 'books.year': 2026 });
    this.traces.addEvent('closing');
    await this.traces.withSpan('sum up', async (span) => {
      span.setAttribute('books.lines', 3);
      await Promise.resolve();
    });
    this.tracer.startSpan('by tracer').end();
    this.ledger.startSpan('by ledger').end();
    this.traces.tracer('audit', '2.0.0').startSpan('by audit').end();
    try {
      this.traces.withSpan('fail', { attributes: { a: 1 } }, () => {
        throw new RangeError('no');
      });
    } catch (error) {
      this.traces.recordException(error);
      this.traces.recordException(new TypeError('handled'));
    }
    return this.traces.traceId();
  }
}

@Controller()
class BooksController {
  constructor(private readonly books: Books) {}

  @Get('close')
  async close(): Promise<unknown> {
    return { traceId: await this.books.close() };
  }
}

function booksWith(options: OtelModuleOptions) {
  @Module({
    imports: [OtelModule.forRoot({ autoTrace: false, ...options })],
    controllers: [BooksController],
    providers: [Books],
  })
  class BooksModule {}
  return BooksModule;
}

describe('what can be injected', () => {
  it('is a tracer, a named tracer and a service for spans by hand', async () => {
    const telemetry = new InMemoryTelemetry();
    const running = await startApp(booksWith({ exporters: 'none', processors: [telemetry] }));
    const { text } = await call(`${running.url}/close`);
    const spans = await telemetry.waitForTrace();
    expect(JSON.parse(text)).toEqual({ traceId: spans[0]?.traceId });
    expectTrace(spans, {
      name: 'GET /close',
      children: [
        {
          name: 'Books.close',
          status: 'UNSET',
          exceptions: ['TypeError'],
          attributes: { 'books.year': 2026 },
          children: [
            { name: 'sum up', attributes: { 'books.lines': 3 } },
            { name: 'by tracer' },
            { name: 'by ledger' },
            { name: 'by audit' },
            { name: 'fail', status: 'ERROR', exceptions: ['RangeError'], attributes: { a: 1 } },
          ],
        },
      ],
    });
    const close = spans.find((span) => span.name === 'Books.close');
    expect(close?.events.map((event) => event.name)).toEqual(['closing', 'exception']);
    await running.close();
  });

  it('is every part the telemetry is made of', async () => {
    const exporter = new InMemorySpanExporter();
    const module = await Test.createTestingModule({
      imports: [
        OtelModule.forRoot({
          service: { name: 'parts', version: '9.9.9', namespace: 'shop', instanceId: 'i-1' },
          environment: 'staging',
          resource: { attributes: { 'cloud.region': 'eu' } },
          exporters: ['console', exporter],
          processor: 'simple',
        }),
      ],
    }).compile();
    const options = module.get<ResolvedOtelOptions>(OTEL_OPTIONS);
    expect(options.sampling.ratio).toBe(0.5);
    expect(options.origins.get('service.name')).toEqual({ source: 'code' });
    expect(Object.isFrozen(options) && Object.isFrozen(options.sampling)).toBe(true);
    expect(module.get<Resource>(OTEL_RESOURCE).attributes).toMatchObject({
      'service.name': 'parts',
      'service.version': '9.9.9',
      'service.namespace': 'shop',
      'service.instance.id': 'i-1',
      'deployment.environment.name': 'staging',
      'cloud.region': 'eu',
    });
    expect(String(module.get(OTEL_SAMPLER))).toContain('0.5');
    expect(module.get<{ fields(): string[] }>(OTEL_PROPAGATOR).fields()).toEqual([
      'traceparent',
      'tracestate',
      'baggage',
    ]);
    const exporters = module.get<ObservedExporter[]>(OTEL_SPAN_EXPORTERS);
    expect(exporters.map(({ delivery }) => delivery.label)).toEqual([
      'console (tree)',
      'InMemorySpanExporter',
    ]);
    expect(module.get<unknown[]>(OTEL_SPAN_PROCESSORS)).toHaveLength(2);
    expect(module.get<TracerProvider>(OTEL_TRACER_PROVIDER).getTracer('x')).toBeDefined();
    expect(module.get(getTracerToken())).toBe(module.get(OTEL_TRACER));
    await module.close();
  });

  it('can be replaced, part by part', async () => {
    const exporter = new InMemorySpanExporter();
    const observed: SpanExporter = exporter;
    const app = await Test.createTestingModule({
      imports: [
        booksWith({ exporters: 'otlp', processor: 'simple', sampling: { ratio: 0, keep: false } }),
      ],
    })
      .overrideProvider(OTEL_SPAN_EXPORTERS)
      .useFactory({
        factory: () => [],
      })
      .overrideProvider(OTEL_RESOURCE)
      .useValue(resourceFromAttributes({ 'service.name': 'replaced' }))
      .overrideProvider(OTEL_SAMPLER)
      .useValue(new AlwaysOffSampler())
      .overrideProvider(getTracerToken('ledger'))
      .useValue(trace.getTracer('noop'))
      .compile();
    expect(app.get(OTEL_SPAN_EXPORTERS)).toEqual([]);
    expect(app.get<Tracer>(OTEL_TRACER).startSpan('x').isRecording()).toBe(false);
    await app.close();
    expect(observed).toBe(exporter);
  });

  it('is overridden as a whole by the telemetry for tests', async () => {
    const telemetry = new InMemoryTelemetry();
    const imports = [booksWith({ exporters: 'otlp', sampling: { strategy: 'never' } })];
    const module = await telemetry.override(Test.createTestingModule({ imports })).compile();
    const app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    await call(`${await app.getUrl()}/close`);
    expectTrace(await telemetry.waitForTrace('GET /close'), {
      name: 'GET /close',
      kind: 'SERVER',
      children: [{ name: 'Books.close', children: 'any' }],
    });
    await app.close();
  });
});

const nameFrom = async (imported: ReturnType<typeof OtelModule.forRootAsync>) => {
  const module = await Test.createTestingModule({ imports: [imported] }).compile();
  const { service } = module.get<ResolvedOtelOptions>(OTEL_OPTIONS);
  await module.close();
  return service.name;
};

describe('forRootAsync', () => {
  class Settings {
    createOtelModuleOptions(): OtelModuleOptions {
      return { service: { name: 'from a class' }, exporters: 'none' };
    }
  }
  @Module({
    providers: [{ provide: 'NAME', useValue: 'from a factory' }, Settings],
    exports: ['NAME', Settings],
  })
  class SettingsModule {}

  it('takes a factory with dependencies', async () => {
    const name = await nameFrom(
      OtelModule.forRootAsync({
        imports: [SettingsModule],
        inject: ['NAME'],
        useFactory: async (given: string) => ({ service: { name: given }, exporters: 'none' }),
      }),
    );
    expect(name).toBe('from a factory');
  });

  it('takes a class', async () => {
    expect(await nameFrom(OtelModule.forRootAsync({ useClass: Settings }))).toBe('from a class');
  });

  it('takes an existing provider', async () => {
    const imports = [SettingsModule];
    expect(await nameFrom(OtelModule.forRootAsync({ imports, useExisting: Settings }))).toBe(
      'from a class',
    );
  });
});

describe('a module that is not global', () => {
  it('offers its tracers only to those who import it', async () => {
    const local = OtelModule.forRoot({ exporters: 'none', isGlobal: false });
    @Injectable()
    class Needy {
      constructor(@Inject(OTEL_TRACER) readonly tracer: Tracer) {}
    }
    @Module({ providers: [Needy] })
    class OutsideModule {}
    const options = { logger: false, abortOnError: false } as const;
    @Module({ imports: [local, OutsideModule] })
    class AppModule {}
    await expect(NestFactory.createApplicationContext(AppModule, options)).rejects.toThrow(
      /nestrace:tracer/,
    );
  });
});

describe('options that are not valid', () => {
  it('stop the application with one error that lists them all', async () => {
    const wrong = {
      sampling: { ratio: 2, strategie: 'always' },
      exporters: [{ type: 'otlp', protocol: 'grcp', headers: { key: 5 } }, 'zipkn'],
      http: { captureRequestHeaders: 'all' },
    } as unknown as OtelModuleOptions;
    const failure = await startApp(booksWith(wrong)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OtelConfigError);
    const { message, problems } = failure as OtelConfigError;
    expect(problems.map(({ path }) => path).toSorted()).toEqual([
      'exporters[0].headers',
      'exporters[0].protocol',
      'exporters[1]',
      'http.captureRequestHeaders',
      'sampling.ratio',
      'sampling.strategie',
    ]);
    expect(message).toContain('6 options are not valid in OtelModule.forRoot()');
    expect(message).toContain('sampling.ratio = 2\n    accepted: a number from 0 to 1');
    expect(message).toContain('exporters[0].headers = (not shown)');
  });
});
