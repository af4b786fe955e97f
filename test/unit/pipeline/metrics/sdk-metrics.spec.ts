import {
  createNoopMeter,
  metrics,
  type BatchObservableCallback,
  type Meter,
} from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureCounts } from '../../../../libs/nestrace/src/core/failures.js';
import { Delivery } from '../../../../libs/nestrace/src/pipeline/exporters/delivery.js';
import { SdkMetrics } from '../../../../libs/nestrace/src/pipeline/metrics/sdk-metrics.js';
import {
  RECORD_AND_SAMPLE,
  SpanCounts,
} from '../../../../libs/nestrace/src/pipeline/metrics/span-counts.js';
import { CollectedMetrics } from '../../../support/collected-metrics.js';
import { ListLog } from '../../support/list-log.js';

describe('SdkMetrics', () => {
  let sdk: SdkMetrics;
  let collected: CollectedMetrics;

  beforeEach(() => {
    sdk = new SdkMetrics();
    collected = new CollectedMetrics();
  });
  afterEach(async () => {
    await collected.close();
  });

  function component() {
    const delivery = new Delivery('backend', new ListLog());
    return { delivery, processor: {}, exporter: { name: 'it' }, queue: undefined };
  }

  it('looks for a MeterProvider at every export', async () => {
    const backend = component();
    sdk.observe(new SpanCounts(), [backend]);
    backend.delivery.accepted = 2;
    backend.delivery.succeeded(1, 5);
    collected.register();
    expect(await collected.points('otel.sdk.exporter.span.exported')).toEqual([]);
    backend.delivery.succeeded(1, 5);
    expect(await collected.points('otel.sdk.exporter.span.exported')).toEqual([
      { attributes: { name: 'it' }, value: 2 },
    ]);
    expect(await collected.points('otel.sdk.exporter.operation.duration')).toEqual([
      { attributes: { name: 'it' }, value: 1 },
    ]);
  });

  it('can be read until the next application starts, and forgets no span then', async () => {
    const counts = new SpanCounts();
    const closed = sdk.observe(counts, [component()]);
    collected.register();
    sdk.bind();
    counts.started(undefined, RECORD_AND_SAMPLE);
    closed();
    const started = async (): Promise<number | undefined> =>
      (await collected.points('otel.sdk.span.started'))[0]?.value;
    expect(await started()).toBe(1);
    expect(await collected.points('otel.sdk.exporter.span.inflight')).toHaveLength(1);
    sdk.observe(new SpanCounts(), []);
    expect(await started()).toBe(1);
  });

  it('is no longer read by a provider that was replaced', async () => {
    sdk.observe(new SpanCounts(), [component()]);
    const meter = collected.provider.getMeter('watched');
    const remove = vi.spyOn(meter, 'removeBatchObservableCallback');
    collected.provider.getMeter = () => meter;
    collected.register();
    sdk.bind();
    metrics.disable();
    sdk.bind();
    expect(remove).toHaveBeenCalledTimes(1);
  });

  it('fails nobody who collects, whatever fails inside of it', () => {
    const before = failureCounts().get('metrics') ?? 0;
    const broken = new Delivery('backend', new ListLog());
    Object.defineProperty(broken, 'waiting', {
      get: () => {
        throw new Error('lost count');
      },
    });
    let read: BatchObservableCallback | undefined;
    const meter: Meter = Object.create(createNoopMeter());
    meter.addBatchObservableCallback = (callback) => {
      read = callback;
    };
    metrics.disable();
    metrics.setGlobalMeterProvider({ getMeter: () => meter });
    sdk.observe(new SpanCounts(), [{ ...component(), delivery: broken }]);
    sdk.bind();
    expect(read).toBeDefined();
    expect(() => read?.({ observe: () => {} })).not.toThrow();
    expect(failureCounts().get('metrics')).toBe(before + 1);
  });
});
