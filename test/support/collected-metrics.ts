import { metrics, type Attributes } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  DataPointType,
  MeterProvider,
  MetricReader,
  type Histogram,
  type MetricData,
} from '@opentelemetry/sdk-metrics';

class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** One value with what it is about. */
export interface Point {
  readonly attributes: Attributes;
  /** Of a histogram, how many values it has seen. */
  readonly value: number;
}

/** A `MeterProvider` of an application, read by the test. */
export class CollectedMetrics {
  private readonly reader = new Reader();
  readonly provider = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': 'test' }),
    readers: [this.reader],
  });

  /** Makes it the provider of the process. */
  register(): this {
    metrics.disable();
    metrics.setGlobalMeterProvider(this.provider);
    return this;
  }

  async close(): Promise<void> {
    metrics.disable();
    await this.provider.shutdown();
  }

  /** All metrics of nestrace, by their names. */
  async read(): Promise<ReadonlyMap<string, MetricData>> {
    const { resourceMetrics, errors } = await this.reader.collect();
    if (errors.length > 0) throw new AggregateError(errors);
    const scopes = resourceMetrics.scopeMetrics.filter(({ scope }) => scope.name === 'nestrace');
    return new Map(
      scopes.flatMap((scope) => scope.metrics.map((data) => [data.descriptor.name, data] as const)),
    );
  }

  async points(name: string): Promise<readonly Point[]> {
    const data = (await this.read()).get(name);
    return data === undefined ? [] : pointsOf(data);
  }
}

function pointsOf(data: MetricData): readonly Point[] {
  return data.dataPoints.map(({ attributes, value }) => ({
    attributes,
    value:
      data.dataPointType === DataPointType.HISTOGRAM
        ? (value as Histogram).count
        : (value as number),
  }));
}

export function histogramsOf(data: MetricData | undefined): readonly {
  readonly attributes: Attributes;
  readonly value: Histogram;
}[] {
  return data?.dataPointType === DataPointType.HISTOGRAM ? data.dataPoints : [];
}
