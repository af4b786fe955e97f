import type { Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { TextMapPropagator } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { Sampler, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ResolvedOtelOptions } from '../config/resolve-options.js';
import {
  OTEL_OPTIONS,
  OTEL_PANEL_ADDRESS,
  OTEL_PROPAGATOR,
  OTEL_RESOURCE,
  OTEL_SAMPLER,
  OTEL_SPAN_EXPORTERS,
  OTEL_SPAN_PROCESSORS,
  OTEL_SPAN_STORE,
  OTEL_TRACE_KEEPER,
} from '../config/tokens.js';
import type { ObservedExporter } from '../pipeline/exporters/observed.exporter.js';
import type { TraceKeeper } from '../pipeline/keeping/trace-keeper.js';
import type { PanelAddress } from '../pipeline/panel-address.js';
import type { MemorySpanStore } from '../pipeline/span-store/memory-span-store.js';
import { TelemetryLifecycle } from '../pipeline/telemetry-lifecycle.js';
import type { IngestHub } from '../sinks/panel/ingest/ingest-hub.js';
import { IngestLifecycle } from '../sinks/panel/ingest/ingest.lifecycle.js';
import type { PanelBackend } from '../sinks/panel/panel-backend.js';
import { PANEL_BACKEND, PANEL_INGEST_HUB, PANEL_LOG } from '../sinks/panel/panel-tokens.js';
import { panelProviders } from '../sinks/panel/panel.providers.js';
import { NestLog } from './nest-log.js';

/**
 * The panel, with what it reads and what serves it. Where it is off, in production that is, they are
 * undefined, and their code is not loaded.
 */
export function livePanelProviders(): Provider[] {
  return [
    {
      provide: PANEL_LOG,
      inject: [OTEL_OPTIONS],
      useFactory: ({ debug }: ResolvedOtelOptions) => new NestLog(debug),
    },
    {
      provide: PANEL_INGEST_HUB,
      inject: [OTEL_OPTIONS, OTEL_SPAN_STORE, OTEL_PANEL_ADDRESS, PANEL_LOG],
      useFactory: ingestHub,
    },
    {
      provide: PANEL_BACKEND,
      inject: [
        OTEL_OPTIONS,
        OTEL_SPAN_STORE,
        PANEL_INGEST_HUB,
        OTEL_SPAN_EXPORTERS,
        OTEL_SPAN_PROCESSORS,
        OTEL_PROPAGATOR,
        OTEL_RESOURCE,
        OTEL_SAMPLER,
        OTEL_TRACE_KEEPER,
        TelemetryLifecycle,
        OTEL_PANEL_ADDRESS,
        ModulesContainer,
      ],
      useFactory: backend,
    },
    IngestLifecycle,
    ...panelProviders(),
  ];
}

async function ingestHub(
  { panel, service }: ResolvedOtelOptions,
  store: MemorySpanStore | undefined,
  address: PanelAddress,
  log: NestLog,
): Promise<IngestHub | undefined> {
  if (store === undefined || !panel.ingest.enabled) return undefined;
  const { IngestHub: Hub } = await import('../sinks/panel/ingest/ingest-hub.js');
  return new Hub({
    options: panel.ingest,
    limits: panel.limits,
    service,
    receive: (spans) => store.receive(spans),
    panelUrl: () => address.url(),
    log,
  });
}

async function backend(
  options: ResolvedOtelOptions,
  store: MemorySpanStore | undefined,
  hub: IngestHub | undefined,
  exporters: readonly ObservedExporter[],
  processors: readonly SpanProcessor[],
  propagator: TextMapPropagator,
  resource: Resource,
  sampler: Sampler,
  keeper: TraceKeeper | undefined,
  { usesForeignProvider }: TelemetryLifecycle,
  address: PanelAddress,
  modules: ModulesContainer,
): Promise<PanelBackend | undefined> {
  if (store === undefined) return undefined;
  const { LivePanel } = await import('../sinks/panel/live-panel.js');
  const parts = {
    options,
    store,
    hub,
    exporters,
    processors,
    propagator,
    resource,
    sampler,
    keeper,
  };
  return new LivePanel({
    ...parts,
    usesForeignProvider,
    address,
    controllers: () => controllersOf(modules),
  });
}

function controllersOf(modules: ModulesContainer): readonly Function[] {
  return [...modules.values()].flatMap(({ controllers }) =>
    [...controllers.values()].flatMap(({ metatype }) =>
      typeof metatype === 'function' ? [metatype] : [],
    ),
  );
}
