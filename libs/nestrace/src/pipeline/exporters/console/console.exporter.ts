import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { BoundedMap } from '../../../core/bounded-map.js';
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
/** What comes after its trace was drawn is drawn on its own, together with what follows soon. */
const LATE_MS = 500;
/** Traces that wait for their root; the oldest is drawn incomplete when there are more. */
const MAX_OPEN_TRACES = 200;
/** Spans of one trace that are drawn; a picture with more helps nobody. */
const MAX_SPANS_PER_TRACE = 1000;

interface OpenTrace {
  readonly spans: SpanView[];
  /** Spans that are not drawn. */
  omitted: number;
  timer?: NodeJS.Timeout;
}

/** Prints spans: as one line of JSON each, or as a tree once the local root has ended. */
export class ConsoleExporter implements SpanExporter {
  private readonly open = new Map<string, OpenTrace>();
  private readonly drawn = new BoundedMap<string, true>(MAX_OPEN_TRACES);

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
    const isRoot = isLocalRoot(view);
    if (isRoot || trace.spans.length < MAX_SPANS_PER_TRACE) trace.spans.push(view);
    else trace.omitted++;
    const isLate = this.drawn.get(view.traceId) === true;
    if ((!isRoot && !isLate) || trace.timer !== undefined) return;
    trace.timer = setTimeout(
      () => {
        this.draw(view.traceId);
      },
      isLate ? LATE_MS : GRACE_MS,
    ).unref();
  }

  private traceOf(traceId: string): OpenTrace {
    let trace = this.open.get(traceId);
    if (trace !== undefined) return trace;
    if (this.open.size >= MAX_OPEN_TRACES) {
      const oldest = this.open.keys().next();
      if (!oldest.done) this.draw(oldest.value);
    }
    trace = { spans: [], omitted: 0 };
    this.open.set(traceId, trace);
    return trace;
  }

  private draw(traceId: string): void {
    const trace = this.open.get(traceId);
    if (trace === undefined) return;
    clearTimeout(trace.timer);
    this.open.delete(traceId);
    const isPart = this.drawn.get(traceId) === true && !trace.spans.some(isLocalRoot);
    this.drawn.set(traceId, true);
    const title = isPart ? 'A late part of a trace above:\n' : '';
    const rest = trace.omitted > 0 ? `  … and ${trace.omitted} more spans\n` : '';
    try {
      this.settings.print(`\n${title}${formatTrace(trace.spans, this.settings)}${rest}`);
    } catch (error) {
      // Thrown from a timer it would end the process.
      noteFailure('exporter', error);
    }
  }
}

function isLocalRoot(view: SpanView): boolean {
  return view.parentSpanId === undefined || view.parentIsRemote === true;
}
