import type {
  Attributes,
  BatchObservableCallback,
  BatchObservableResult,
} from '@opentelemetry/api';
import { noteFailure } from '../../core/failures.js';
import {
  ATTR_ERROR_TYPE,
  ATTR_OTEL_SPAN_PARENT_ORIGIN,
  ATTR_OTEL_SPAN_SAMPLING_RESULT,
} from '../attributes.js';
import { exportAttributes } from './export-attributes.js';
import { MeterBinding } from './meter-binding.js';
import { createSdkInstruments, observablesOf, type SdkInstruments } from './sdk-instruments.js';
import type { SpanComponent } from './span-components.js';
import { RECORD_AND_SAMPLE, RECORD_ONLY, RESULT_NAMES, SpanCounts } from './span-counts.js';
import { SpanFlow } from './span-flow.js';

/** What one application tells. */
interface Source {
  readonly counts: SpanCounts;
  readonly flows: readonly SpanFlow[];
  isClosed: boolean;
}

/**
 * What nestrace knows about itself, read when somebody collects metrics. Applications of a process
 * share its `MeterProvider`: their spans are counted together, their exporters have names of their
 * own. The counts of an application that has closed can be read until another one starts.
 */
export class SdkMetrics {
  private sources: Source[] = [];
  /** Spans of applications that are gone; a counter must not go back. */
  private readonly former = new SpanCounts();
  private readonly binding: MeterBinding<{ instruments: SdkInstruments; stop: () => void }>;

  constructor() {
    this.binding = new MeterBinding(
      (meter) => {
        const instruments = createSdkInstruments(meter);
        const observables = observablesOf(instruments);
        const read: BatchObservableCallback = (result) => {
          this.read(result, instruments);
        };
        meter.addBatchObservableCallback(read, observables);
        const stop = (): void => meter.removeBatchObservableCallback(read, observables);
        return { instruments, stop };
      },
      ({ stop }) => {
        stop();
      },
    );
  }

  /** From now on the application is read; the returned function says that it has closed. */
  observe(counts: SpanCounts, components: readonly SpanComponent[]): () => void {
    for (const gone of this.sources.filter(({ isClosed }) => isClosed)) {
      this.former.add(gone.counts);
    }
    const flows = components.map((component) => new SpanFlow(component));
    const source = { counts, flows, isClosed: false };
    this.sources = [...this.sources.filter(({ isClosed }) => !isClosed), source];
    for (const { delivery, exporter } of components) {
      delivery.onExport = (durationMs, error) => {
        this.recordExport(durationMs, exporter, error);
      };
    }
    return () => {
      source.isClosed = true;
    };
  }

  /** Looks whether there is a `MeterProvider`, and starts to be read by it. */
  bind(): void {
    this.binding.get();
  }

  private recordExport(durationMs: number, exporter: Attributes, error: unknown): void {
    try {
      const attributes = { ...exporter, ...exportAttributes(error) };
      this.binding.get()?.instruments.exportDuration.record(durationMs / 1000, attributes);
    } catch (failure) {
      noteFailure('metrics', failure);
    }
  }

  private read(result: BatchObservableResult, instruments: SdkInstruments): void {
    try {
      this.readSpans(result, instruments);
      for (const { flows } of this.sources) {
        for (const flow of flows) readFlow(flow, result, instruments);
      }
    } catch (error) {
      noteFailure('metrics', error);
    }
  }

  private readSpans(result: BatchObservableResult, { started, live }: SdkInstruments): void {
    const all = new SpanCounts();
    all.add(this.former);
    for (const { counts } of this.sources) all.add(counts);
    all.eachStart((origin, verdict, count) => {
      result.observe(started, count, {
        [ATTR_OTEL_SPAN_PARENT_ORIGIN]: origin,
        [ATTR_OTEL_SPAN_SAMPLING_RESULT]: verdict,
      });
    });
    for (const verdict of [RECORD_ONLY, RECORD_AND_SAMPLE] as const) {
      result.observe(live, all.live(verdict), {
        [ATTR_OTEL_SPAN_SAMPLING_RESULT]: RESULT_NAMES[verdict],
      });
    }
  }
}

function readFlow(flow: SpanFlow, result: BatchObservableResult, to: SdkInstruments): void {
  const { processor, exporter, queue } = flow.component;
  const reading = flow.read();
  const because = (error: string): Attributes => ({ ...processor, [ATTR_ERROR_TYPE]: error });
  result.observe(to.processed, reading.processed, processor);
  if (reading.queueFull > 0) {
    result.observe(to.processed, reading.queueFull, because('queue_full'));
  }
  if (reading.alreadyShutdown > 0) {
    result.observe(to.processed, reading.alreadyShutdown, because('already_shutdown'));
  }
  if (queue !== undefined) {
    result.observe(to.queueSize, reading.queued, processor);
    result.observe(to.queueCapacity, queue.capacity, processor);
  }
  result.observe(to.inflight, reading.inflight, exporter);
  result.observe(to.exported, reading.exported, exporter);
  for (const [error, spans] of reading.failed) {
    result.observe(to.exported, spans, { ...exporter, [ATTR_ERROR_TYPE]: error });
  }
}

/** A process has one, as it has one `MeterProvider`. */
export const sdkMetrics = new SdkMetrics();
