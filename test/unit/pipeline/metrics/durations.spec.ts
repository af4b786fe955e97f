import { metrics } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { afterEach, describe, expect, it } from 'vitest';
import {
  operationDuration,
  requestDuration,
} from '../../../../libs/nestrace/src/pipeline/metrics/durations.js';

describe.each([
  ['requests', requestDuration],
  ['queries', operationDuration],
])('the histogram of %s', (_what, histogram) => {
  afterEach(() => {
    metrics.disable();
  });

  it('is there while somebody collects metrics', () => {
    metrics.disable();
    expect(histogram()).toBeUndefined();
    metrics.setGlobalMeterProvider(new MeterProvider());
    expect(histogram()).toBeDefined();
    metrics.disable();
    expect(histogram()).toBeUndefined();
  });
});
