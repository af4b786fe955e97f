import {
  ValueType,
  type Histogram,
  type Meter,
  type MetricOptions,
  type Observable,
} from '@opentelemetry/api';
import {
  METRIC_OTEL_SDK_EXPORTER_OPERATION_DURATION,
  METRIC_OTEL_SDK_EXPORTER_SPAN_EXPORTED,
  METRIC_OTEL_SDK_EXPORTER_SPAN_INFLIGHT,
  METRIC_OTEL_SDK_PROCESSOR_SPAN_PROCESSED,
  METRIC_OTEL_SDK_PROCESSOR_SPAN_QUEUE_CAPACITY,
  METRIC_OTEL_SDK_PROCESSOR_SPAN_QUEUE_SIZE,
  METRIC_OTEL_SDK_SPAN_LIVE,
  METRIC_OTEL_SDK_SPAN_STARTED,
} from '../attributes.js';

export interface SdkInstruments {
  readonly started: Observable;
  readonly live: Observable;
  readonly processed: Observable;
  readonly queueSize: Observable;
  readonly queueCapacity: Observable;
  readonly inflight: Observable;
  readonly exported: Observable;
  readonly exportDuration: Histogram;
}

const ofSpans = (description: string): MetricOptions => ({
  description,
  unit: '{span}',
  valueType: ValueType.INT,
});

/** @see https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/ */
export function createSdkInstruments(meter: Meter): SdkInstruments {
  const counter = (name: string, description: string): Observable =>
    meter.createObservableCounter(name, ofSpans(description));
  const upDown = (name: string, description: string): Observable =>
    meter.createObservableUpDownCounter(name, ofSpans(description));
  return {
    started: counter(METRIC_OTEL_SDK_SPAN_STARTED, 'Spans that were created.'),
    live: upDown(METRIC_OTEL_SDK_SPAN_LIVE, 'Recorded spans that have not ended.'),
    processed: counter(
      METRIC_OTEL_SDK_PROCESSOR_SPAN_PROCESSED,
      'Spans a processor is done with: handed to its exporter, or dropped.',
    ),
    queueSize: upDown(
      METRIC_OTEL_SDK_PROCESSOR_SPAN_QUEUE_SIZE,
      'Spans in the queue of a processor.',
    ),
    queueCapacity: upDown(
      METRIC_OTEL_SDK_PROCESSOR_SPAN_QUEUE_CAPACITY,
      'Spans the queue of a processor can hold.',
    ),
    inflight: upDown(
      METRIC_OTEL_SDK_EXPORTER_SPAN_INFLIGHT,
      'Spans an exporter was given and has not answered for.',
    ),
    exported: counter(
      METRIC_OTEL_SDK_EXPORTER_SPAN_EXPORTED,
      'Spans whose export has ended, well or not.',
    ),
    exportDuration: meter.createHistogram(METRIC_OTEL_SDK_EXPORTER_OPERATION_DURATION, {
      description: 'Duration of exporting a batch.',
      unit: 's',
      // The SDK's own are for milliseconds.
      advice: {
        explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      },
    }),
  };
}

/** What is read when metrics are collected. */
export function observablesOf(instruments: SdkInstruments): Observable[] {
  const { started, live, processed, queueSize, queueCapacity, inflight, exported } = instruments;
  return [started, live, processed, queueSize, queueCapacity, inflight, exported];
}
