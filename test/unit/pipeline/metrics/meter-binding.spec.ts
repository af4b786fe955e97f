import { metrics, type Meter, type MeterProvider } from '@opentelemetry/api';
import { MeterProvider as SdkMeterProvider } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureCounts } from '../../../../libs/nestrace/src/core/failures.js';
import {
  hasMeterProvider,
  MeterBinding,
} from '../../../../libs/nestrace/src/pipeline/metrics/meter-binding.js';
import { VERSION } from '../../../../libs/nestrace/src/version.js';

describe('MeterBinding', () => {
  const make = vi.fn<(meter: Meter) => { meter: Meter }>((meter) => ({ meter }));
  const release = vi.fn<() => void>();
  let binding: MeterBinding<{ meter: Meter }>;

  beforeEach(() => {
    vi.clearAllMocks();
    metrics.disable();
    binding = new MeterBinding(make, release);
  });
  afterEach(() => {
    metrics.disable();
  });

  it('makes nothing where there is no MeterProvider', () => {
    expect(hasMeterProvider()).toBe(false);
    expect(binding.get()).toBeUndefined();
    expect(binding.get()).toBeUndefined();
    expect(make).not.toHaveBeenCalled();
  });

  it('makes instruments once, of a meter that says who it belongs to', () => {
    const provider = new SdkMeterProvider();
    const getMeter = vi.spyOn(provider, 'getMeter');
    metrics.setGlobalMeterProvider(provider);
    const made = binding.get();
    expect(made).toBeDefined();
    expect(binding.get()).toBe(made);
    expect(make).toHaveBeenCalledTimes(1);
    expect(getMeter).toHaveBeenCalledExactlyOnceWith('nestrace', VERSION);
    expect(hasMeterProvider()).toBe(true);
  });

  it('finds a provider that is set later, the next one, and its end', () => {
    binding.get();
    metrics.setGlobalMeterProvider(new SdkMeterProvider());
    const first = binding.get();
    metrics.disable();
    expect(binding.get()).toBeUndefined();
    expect(release).toHaveBeenCalledExactlyOnceWith(first, first?.meter);
    metrics.setGlobalMeterProvider(new SdkMeterProvider());
    expect(binding.get()).toBeDefined();
    expect(binding.get()).not.toBe(first);
    expect(release).toHaveBeenCalledTimes(1);
  });

  it('goes without when the provider throws, and says so once', () => {
    const provider: MeterProvider = {
      getMeter: vi.fn<() => never>(() => {
        throw new Error('no meters today');
      }),
    };
    const before = failureCounts().get('metrics') ?? 0;
    metrics.setGlobalMeterProvider(provider);
    expect(binding.get()).toBeUndefined();
    expect(binding.get()).toBeUndefined();
    expect(provider.getMeter).toHaveBeenCalledTimes(1);
    expect(failureCounts().get('metrics')).toBe(before + 1);
  });
});
