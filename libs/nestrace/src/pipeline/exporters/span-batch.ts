import type { ExportResult } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

/** Spans that are sent together, in whatever form their exporter lets them wait. */
export interface SpanBatch {
  /** How many spans there are. */
  readonly size: number;
  /** Its attributes may have to be waited for before the batch is exported. */
  readonly resource: Resource | undefined;
  /** When it was sent first, on the clock of `performance.now()`; from then on nothing is added. */
  triedAt: number | undefined;
  /** Adds an ended span; one that cannot be added throws and is not part of the batch. */
  add(span: ReadableSpan): void;
  /** May be called again when the backend could not take it. */
  export(done: (result: ExportResult) => void): unknown;
}

/** The batch of an exporter that knows nothing but the interface of the SDK. */
export class SpanList implements SpanBatch {
  readonly spans: ReadableSpan[] = [];
  triedAt: number | undefined;

  constructor(private readonly exporter: SpanExporter) {}

  get size(): number {
    return this.spans.length;
  }

  get resource(): Resource | undefined {
    return this.spans[0]?.resource;
  }

  add(span: ReadableSpan): void {
    this.spans.push(span);
  }

  export(done: (result: ExportResult) => void): unknown {
    return this.exporter.export(this.spans, done);
  }
}
