import type { Attributes } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ResolvedExporter } from '../../config/exporters.options.js';
import type { ResolvedOtelOptions } from '../../config/resolve-options.js';
import {
  ATTR_OTEL_COMPONENT_NAME,
  ATTR_OTEL_COMPONENT_TYPE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
} from '../attributes.js';
import { describeExporter } from '../exporters/create-exporters.js';
import type { Delivery } from '../exporters/delivery.js';
import type { ObservedExporter } from '../exporters/observed.exporter.js';
import { BatchProcessor } from '../processors/batch.processor.js';

/** An exporter with the processor in front of it, and what metrics call them. */
export interface SpanComponent {
  readonly delivery: Delivery;
  readonly processor: Attributes;
  readonly exporter: Attributes;
  readonly queue: { readonly of: BatchProcessor; readonly capacity: number } | undefined;
}

/** How many of a type there have been; names are never used again. */
const instances = new Map<string, number>();

/** Exporters, and the processors that stand at the same places. */
export function spanComponents(
  exporters: readonly ObservedExporter[],
  processors: readonly SpanProcessor[],
  { exporters: configured, batch }: Pick<ResolvedOtelOptions, 'exporters' | 'batch'>,
): SpanComponent[] {
  return exporters.map(({ delivery }, index) => {
    const processor = processors[index];
    const isBatching = processor instanceof BatchProcessor;
    const options = configured[index];
    // Others may have been put in its place.
    const isConfigured = options !== undefined && describeExporter(options) === delivery.label;
    return {
      delivery,
      processor: named(isBatching ? 'batching_span_processor' : 'simple_span_processor'),
      exporter: isConfigured
        ? { ...named(exporterType(options)), ...addressOf(options) }
        : named('span_exporter'),
      queue: isBatching ? { of: processor, capacity: batch.maxQueueSize } : undefined,
    };
  });
}

/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/otel/#otel-component-type */
function exporterType(exporter: ResolvedExporter): string {
  switch (exporter.type) {
    case 'otlp':
      return OTLP_TYPES[exporter.protocol];
    case 'zipkin':
      return 'zipkin_http_span_exporter';
    case 'console':
      return 'console_span_exporter';
    case 'custom':
      return exporter.exporter.constructor.name || 'span_exporter';
    default:
      return exporter satisfies never;
  }
}

const OTLP_TYPES = {
  grpc: 'otlp_grpc_span_exporter',
  'http/protobuf': 'otlp_http_span_exporter',
  'http/json': 'otlp_http_json_span_exporter',
} as const;

function named(type: string): Attributes {
  const instance = instances.get(type) ?? 0;
  instances.set(type, instance + 1);
  return { [ATTR_OTEL_COMPONENT_TYPE]: type, [ATTR_OTEL_COMPONENT_NAME]: `${type}/${instance}` };
}

function addressOf(exporter: ResolvedExporter): Attributes {
  if (exporter.type !== 'otlp' && exporter.type !== 'zipkin') return {};
  if (!URL.canParse(exporter.endpoint)) return {};
  const { hostname, port, protocol } = new URL(exporter.endpoint);
  return {
    [ATTR_SERVER_ADDRESS]: hostname,
    [ATTR_SERVER_PORT]: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
  };
}
