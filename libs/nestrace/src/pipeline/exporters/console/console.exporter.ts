import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { noteFailure } from '../../../core/failures.js';
import { formatTrace, type FormatTraceOptions } from './format-trace.js';
import { printableJson } from './printable.js';
import { toSpanView, type SpanView } from './span-view.js';

export interface ConsoleExporterSettings extends FormatTraceOptions {
  readonly format: 'tree' | 'json';
  /** Prints a text and a line break. */
  readonly print: (text: string) => void;
}

/** A span that ends just after its root, the connection of a response for example, still belongs. */
const GRACE_MS = 30;
/** Traces that wait for their root; the oldest is drawn incomplete when there are more. */
const MAX_OPEN_TRACES = 200;
/** Spans of one trace that are drawn; a picture with more helps nobody. */
const MAX_SPANS_PER_TRACE = 1000;

interface OpenTrace {
  readonly spans: SpanView[];
  timer?: NodeJS.Timeout;
}

/** Prints spans: as one line of JSON each, or as a tree once the local root has ended. */
export class ConsoleExporter implements SpanExporter {
  private readonly open = new Map<string, OpenTrace>();

  constructor(private readonly settings: ConsoleExporterSettings) {}

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    for (const span of spans) {
      const view = toSpanView(span);
      if (this.settings.format === 'json') {
        this.settings.print(printableJson(JSON.stringify(view)));
      } else {
        this.collect(view);
      }
    }
    resultCallback({ code: ExportResultCode.SUCCESS });
  }

  async forceFlush(): Promise<void> {
    // Drawing takes a trace out of the map, which its iterator can stand.
    for (const traceId of this.open.keys()) this.draw(traceId);
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
  }

  private collect(view: SpanView): void {
    const trace = this.traceOf(view.traceId);
    if (trace.spans.length < MAX_SPANS_PER_TRACE) trace.spans.push(view);
    const isLocalRoot = view.parentSpanId === undefined || view.parentIsRemote === true;
    if (!isLocalRoot || trace.timer !== undefined) return;
    trace.timer = setTimeout(() => {
      this.draw(view.traceId);
    }, GRACE_MS).unref();
  }

  private traceOf(traceId: string): OpenTrace {
    let trace = this.open.get(traceId);
    if (trace !== undefined) return trace;
    if (this.open.size >= MAX_OPEN_TRACES) {
      const oldest = this.open.keys().next();
      if (!oldest.done) this.draw(oldest.value);
    }
    trace = { spans: [] };
    this.open.set(traceId, trace);
    return trace;
  }

  private draw(traceId: string): void {
    const trace = this.open.get(traceId);
    if (trace === undefined) return;
    clearTimeout(trace.timer);
    this.open.delete(traceId);
    try {
      this.settings.print(`\n${formatTrace(trace.spans, this.settings)}`);
    } catch (error) {
      // Thrown from a timer it would end the process.
      noteFailure('exporter', error);
    }
  }
}
