import {
  OtelModule,
  type OtelHealthIndicator,
  type OtelHealthOptions,
  type OtelHealthResult,
  type OtelModuleOptions,
  type ResolvedOtelOptions,
  type SamplingStrategy,
} from 'nestrace';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { otelConfig } from 'nestrace/config';
import { expectTrace, InMemoryTelemetry, type SpanView } from 'nestrace/testing';
import { OtelTypeOrmSubscriber } from 'nestrace/typeorm';
import type { DataSourceOptions } from 'typeorm';
import { describe, expectTypeOf, it } from 'vitest';

describe('options', () => {
  it('may all be left out, or given as undefined', () => {
    expectTypeOf(OtelModule.forRoot).toBeCallableWith();
    expectTypeOf(OtelModule.forRoot).toBeCallableWith({});
    expectTypeOf(OtelModule.forRoot).toBeCallableWith({ service: undefined, isGlobal: false });
    expectTypeOf<{ sampling: { strategy: SamplingStrategy } }>().toExtend<OtelModuleOptions>();
  });

  it('refuse what does not exist', () => {
    // @ts-expect-error a typing error
    OtelModule.forRoot({ exporter: 'otlp' });
    // @ts-expect-error no such protocol
    OtelModule.forRoot({ exporters: { type: 'otlp', protocol: 'http' } });
    // @ts-expect-error no such strategy
    OtelModule.forRoot({ sampling: { strategy: 'sometimes' } });
    // @ts-expect-error the port is a number
    OtelModule.forRoot({ metrics: { prometheus: { port: '9464' } } });
    // @ts-expect-error no level of Nest
    OtelModule.forRoot({ logs: { level: 'info' } });
    // @ts-expect-error no such propagator
    OtelModule.forRoot({ propagators: ['w3c'] });
  });

  it('are complete once they are resolved', () => {
    expectTypeOf<ResolvedOtelOptions['batch']['maxQueueSize']>().toEqualTypeOf<number>();
    expectTypeOf<ResolvedOtelOptions['http']['enabled']>().toEqualTypeOf<boolean>();
    expectTypeOf<ResolvedOtelOptions['sampling']['strategy']>().toEqualTypeOf<SamplingStrategy>();
  });

  it('come from a factory or from @nestjs/config as well', () => {
    expectTypeOf(OtelModule.forRootAsync).toBeCallableWith({ useFactory: () => ({}) });
    expectTypeOf(OtelModule.forRootAsync).toBeCallableWith(otelConfig.asProvider());
    // @ts-expect-error the factory has to return options
    OtelModule.forRootAsync({ useFactory: () => 5 });
  });
});

describe('the health indicator', () => {
  it('gives what @nestjs/terminus takes', () => {
    expectTypeOf<OtelHealthResult>().toExtend<HealthIndicatorResult>();
    expectTypeOf<OtelHealthIndicator['isHealthy']>()
      .parameter(1)
      .extract<object>()
      .toEqualTypeOf<OtelHealthOptions>();
    expectTypeOf<OtelHealthResult<'tracing'>['tracing']['status']>().toEqualTypeOf<'up' | 'down'>();
  });
});

describe('the other entries', () => {
  it('fit what they are made for', () => {
    expectTypeOf<{
      type: 'sqljs';
      subscribers: (typeof OtelTypeOrmSubscriber)[];
    }>().toExtend<DataSourceOptions>();
    expectTypeOf<InMemoryTelemetry['waitForTrace']>().returns.resolves.toEqualTypeOf<
      readonly SpanView[]
    >();
    expectTypeOf(expectTrace).parameter(1).toHaveProperty('children');
    // @ts-expect-error no such kind
    expectTrace([], { name: 'x', kind: 'server' });
  });
});
