import type { Histogram } from '@opentelemetry/api';
import {
  METRIC_DB_CLIENT_OPERATION_DURATION,
  METRIC_HTTP_SERVER_REQUEST_DURATION,
} from '../attributes.js';
import { MeterBinding } from './meter-binding.js';

/** @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpserverrequestduration */
const requestDurations = new MeterBinding((meter) =>
  meter.createHistogram(METRIC_HTTP_SERVER_REQUEST_DURATION, {
    description: 'Duration of HTTP server requests.',
    unit: 's',
    advice: {
      explicitBucketBoundaries: [
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
      ],
    },
  }),
);

/** @see https://opentelemetry.io/docs/specs/semconv/database/database-metrics/#metric-dbclientoperationduration */
const operationDurations = new MeterBinding((meter) =>
  meter.createHistogram(METRIC_DB_CLIENT_OPERATION_DURATION, {
    description: 'Duration of database client operations.',
    unit: 's',
    advice: { explicitBucketBoundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] },
  }),
);

/** Where the durations of requests go; undefined as long as nobody collects metrics. */
export function requestDuration(): Histogram | undefined {
  return requestDurations.get();
}

/** Where the durations of database operations go; undefined as long as nobody collects metrics. */
export function operationDuration(): Histogram | undefined {
  return operationDurations.get();
}
