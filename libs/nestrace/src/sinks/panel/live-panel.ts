import { randomUUID } from 'node:crypto';
import type { TextMapPropagator } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { Sampler, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ResolvedOtelOptions } from '../../config/resolve-options.js';
import { failureCounts } from '../../core/failures.js';
import type { ObservedExporter } from '../../pipeline/exporters/observed.exporter.js';
import type { TraceKeeper } from '../../pipeline/keeping/trace-keeper.js';
import type { PanelAddress } from '../../pipeline/panel-address.js';
import { describeSampling } from '../../pipeline/sampling/describe-sampling.js';
import type { MemorySpanStore } from '../../pipeline/span-store/memory-span-store.js';
import { VERSION } from '../../version.js';
import type * as Contract from './contract/index.js';
import { errorDetail, errorList, traceErrors } from './errors/error-groups.js';
import { traceLogs } from './errors/log-lines.js';
import type { IngestHub } from './ingest/ingest-hub.js';
import { importOtlp } from './otlp/import-otlp.js';
import { toOtlpRequest } from './otlp/to-otlp-request.js';
import { toOtlpSpan } from './otlp/to-otlp-span.js';
import type { ListQuery, PanelBackend } from './panel-backend.js';
import { tracePropagation } from './propagation/trace-propagation.js';
import { searchTrace } from './query/search-trace.js';
import { spanDetail } from './spans/span-detail.js';
import { statementDetail, statements } from './sql/statements.js';
import { traceSql } from './sql/trace-sql.js';
import { Doctor } from './status/doctor.js';
import { exportBrief, exporterStatus } from './status/exporter-status.js';
import { samplingStatus } from './status/sampling-status.js';
import { recordingState } from './status/recording-state.js';
import { shownOptions } from './status/shown-options.js';
import { testExport } from './status/test-export.js';
import { commandToTry } from './status/try-it.js';
import { traceExportState } from './status/trace-export-state.js';
import { linksOf, linkTemplates } from './status/trace-link-templates.js';
import { PROBE_PATHS, type AnalysisSettings } from './traces/analysis-settings.js';
import { TraceListing } from './traces/trace-listing.js';
import { traceDetail } from './tree/trace-detail.js';
import { treeOf } from './tree/trace-tree.js';

/** What the panel shows, and what it can set in motion. */
export interface PanelParts {
  readonly options: ResolvedOtelOptions;
  readonly store: MemorySpanStore;
  readonly exporters: readonly ObservedExporter[];
  readonly processors: readonly SpanProcessor[];
  readonly propagator: TextMapPropagator;
  readonly resource: Resource;
  readonly sampler?: Sampler | undefined;
  readonly keeper?: TraceKeeper | undefined;
  readonly usesForeignProvider: boolean;
  readonly hub: IngestHub | undefined;
  readonly address: PanelAddress;
  /** Classes of all controllers of the application. */
  readonly controllers: () => readonly Function[];
}

const OVERLOADED =
  'The event loop is late again and again, so the panel records nothing until it is in time.';

/** Puts together what the panel answers, from the span store and from what surrounds it. */
export class LivePanel implements PanelBackend {
  private readonly bootId = randomUUID();
  private readonly startedAt = Date.now() - Math.round(process.uptime() * 1000);
  private readonly settings: AnalysisSettings;
  private readonly listing: TraceListing;
  private readonly doctor = new Doctor();
  private readonly templates: readonly Contract.TraceLinkTemplate[];
  private readonly thinning: string;

  constructor(private readonly parts: PanelParts) {
    const { options, store } = parts;
    const { slowMs, nPlusOne } = options.panel;
    this.settings = { slowMs, nPlusOne, probePaths: PROBE_PATHS };
    this.listing = new TraceListing(store, this.settings, this.bootId);
    this.templates = linkTemplates(options);
    const { maxTracesPerSecond } = options.panel.limits;
    this.thinning = `More traces come than anybody can read: ${maxTracesPerSecond} a second are kept (panel.limits.maxTracesPerSecond).`;
  }

  meta(): Contract.PanelMeta {
    const { options, usesForeignProvider, hub } = this.parts;
    const { panel, service, environment } = options;
    const { maxTraces, maxBytes, maxSpansPerTrace, maxValueLength } = panel.limits;
    const tryIt = this.command();
    return {
      service: {
        name: service.name,
        environment,
        instanceId: service.instanceId,
        ...(service.version !== undefined && { version: service.version }),
      },
      version: VERSION,
      bootId: this.bootId,
      pid: process.pid,
      nodeVersion: process.version,
      startedAt: this.startedAt,
      recording: recordingState(options, usesForeignProvider),
      capture: this.capture(),
      limits: { maxTraces, maxBytes, maxSpansPerTrace, maxValueLength },
      slowMs: panel.slowMs,
      nPlusOne: panel.nPlusOne,
      links: this.templates,
      editor: panel.editor,
      readOnly: panel.readOnly,
      ...(tryIt !== undefined && { tryIt }),
      ...(hub !== undefined && { hub: hub.state }),
      attributeKeys: this.listing.attributeKeys(),
    };
  }

  traces(query: ListQuery): Contract.TraceList {
    return this.listing.list(query);
  }

  tick(query: ListQuery & { readonly since: number }): Contract.StreamTick | 'resync' {
    const tick = this.listing.tick(query);
    if (tick === 'resync') return tick;
    return { ...tick, export: exportBrief(this.parts.exporters), capture: this.capture() };
  }

  routes(): Contract.RouteList {
    return this.listing.routes();
  }

  trace(traceId: string): Contract.TraceDetail | undefined {
    const trace = this.parts.store.trace(traceId);
    const summary = this.listing.summary(traceId);
    if (trace === undefined || summary === undefined) return undefined;
    const root = treeOf(trace).rows.find(({ span }) => span !== undefined)?.span;
    return traceDetail(trace, summary, {
      bootId: this.bootId,
      nowMs: Date.now(),
      settings: this.settings,
      links: linksOf(this.templates, traceId, root?.spanId ?? ''),
      exported: traceExportState(trace, this.parts.exporters),
    });
  }

  gone(traceId: string, bootId: string | undefined): Contract.TraceGone {
    const links = linksOf(this.templates, traceId, '');
    const { maxTraces } = this.parts.options.panel.limits;
    if (this.parts.store.wasEvicted(traceId)) {
      const text = `This trace has left the memory: the last ${maxTraces} are kept (panel.limits).`;
      return { reason: 'evicted', text, links };
    }
    return bootId !== undefined && bootId !== this.bootId
      ? {
          reason: 'restarted',
          text: 'The process has restarted since; its traces went with it.',
          links,
        }
      : { reason: 'unknown', text: 'No trace with this id has been seen here.', links };
  }

  span(traceId: string, spanId: string): Contract.SpanDetail | undefined {
    const { store } = this.parts;
    const trace = store.trace(traceId);
    return trace && spanDetail(trace, spanId, { store, raw: toOtlpSpan });
  }

  search(
    traceId: string,
    text: string,
    below: string | undefined,
  ): Contract.TraceSearch | undefined {
    const trace = this.parts.store.trace(traceId);
    return trace && searchTrace(trace, text, below);
  }

  traceSql(traceId: string): Contract.TraceSql | undefined {
    const trace = this.parts.store.trace(traceId);
    return trace && traceSql(trace, this.settings);
  }

  traceErrors(traceId: string): Contract.TraceErrors | undefined {
    const trace = this.parts.store.trace(traceId);
    return trace && traceErrors(trace);
  }

  traceLogs(traceId: string): Contract.TraceLogs | undefined {
    const trace = this.parts.store.trace(traceId);
    return trace && traceLogs(trace);
  }

  propagation(traceId: string): Contract.TracePropagation | undefined {
    const { store, options, propagator } = this.parts;
    const trace = store.trace(traceId);
    if (trace === undefined) return undefined;
    const { rowOf } = treeOf(trace);
    return tracePropagation(trace, {
      propagators: options.propagators.map((one) => (typeof one === 'string' ? one : nameOf(one))),
      fields: propagator.fields(),
      sampler: describeSampling(options),
      rowOf: (spanId) => rowOf.get(spanId) ?? -1,
    });
  }

  otlp(traceId: string): unknown {
    const trace = this.parts.store.trace(traceId);
    return trace && toOtlpRequest(trace);
  }

  statements(): Contract.StatementList {
    return statements(this.parts.store, this.settings);
  }

  statement(fingerprint: string): Contract.StatementDetail | undefined {
    return statementDetail(this.parts.store, fingerprint, this.settings);
  }

  errors(): Contract.ErrorList {
    return errorList(this.parts.store);
  }

  error(fingerprint: string): Contract.ErrorDetail | undefined {
    return errorDetail(this.parts.store, fingerprint);
  }

  exportStatus(): Contract.ExportStatus {
    const { store, exporters, options, processors, usesForeignProvider } = this.parts;
    const counts = store.counts();
    const { started, ended, open, notSampled, leftOut } = counts;
    const { traces, spans, bytes, evictedTraces, droppedSpans, skippedTraces } = counts;
    return {
      brief: exportBrief(exporters),
      spans: { started, ended, open, notSampled, leftOut },
      sampler: describeSampling(options),
      sampling: samplingStatus(this.parts.sampler, this.parts.keeper),
      exporters: exporters.map((exporter, index) =>
        exporterStatus(exporter, index, processors[index], options.batch.maxQueueSize),
      ),
      store: { traces, spans, bytes, evictedTraces, droppedSpans, skippedTraces },
      doctor: this.doctor.examine({
        options,
        usesForeignProvider,
        exporters,
        startedSpans: started,
      }),
      options: shownOptions(options),
      failures: [...failureCounts()].map(([site, count]) => ({ site, count })),
    };
  }

  clear(): void {
    this.parts.store.clear();
  }

  pause(paused: boolean): void {
    this.parts.store.paused = paused;
  }

  async testExport(index: number): Promise<Contract.TestExportResult | undefined> {
    const exporter = this.parts.exporters[index];
    return exporter && testExport(exporter, this.parts.resource, this.parts.options.limits);
  }

  import(document: string): Contract.ImportResult {
    const { store, options } = this.parts;
    const { spans, rejected, problem } = importOtlp(document, options.panel.limits);
    const taken = store.receive(spans, true);
    const traceIds = [...new Set(spans.map(({ traceId }) => traceId))];
    return {
      traces: traceIds.length,
      spans: taken,
      rejected: rejected + spans.length - taken,
      traceIds: traceIds.slice(0, MAX_NAMED),
      ...(problem !== undefined && { problem }),
    };
  }

  private command(): string | undefined {
    const { address, controllers, options } = this.parts;
    return commandToTry(address, options.panel.path, controllers() as Iterable<never>);
  }

  private capture(): Contract.CaptureState {
    const { paused, isOverloaded, isThinning } = this.parts.store;
    const autoPaused = isOverloaded ? OVERLOADED : isThinning ? this.thinning : undefined;
    return { paused, ...(autoPaused !== undefined && { autoPaused }) };
  }
}

/** Imported traces the answer names. */
const MAX_NAMED = 200;

function nameOf(propagator: TextMapPropagator): string {
  return propagator.constructor.name;
}
