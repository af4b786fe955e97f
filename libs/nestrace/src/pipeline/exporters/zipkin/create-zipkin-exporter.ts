import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { ResolvedZipkinExporter } from '../../../config/zipkin-exporter.options.js';
import type { SendNotes } from '../batch-sender.js';
import { HttpTransport } from '../http.transport.js';
import { RetryingTransport, type RetryTerms } from '../retrying.transport.js';
import { TransportExporter } from '../transport.exporter.js';
import { zipkinFormat } from './zipkin.format.js';

/**
 * Makes a Zipkin exporter. The stock one has neither a timeout nor a way to take a request back, so
 * a server that hangs would keep the process alive for ever.
 */
export function createZipkinExporter(
  options: ResolvedZipkinExporter,
  terms: RetryTerms,
  notes?: SendNotes,
): SpanExporter {
  const transport = new HttpTransport({
    speaks: 'zipkin',
    url: options.endpoint,
    headers: { ...options.headers, 'content-type': 'application/json' },
    compression: 'none',
  });
  return new TransportExporter(
    zipkinFormat,
    new RetryingTransport(transport, terms),
    options.timeoutMs,
    notes,
  );
}
