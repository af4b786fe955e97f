import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { ResolvedExporter } from '../../config/exporters.options.js';
import type { ResolvedOtelOptions } from '../../config/resolve-options.js';
import type { Ending } from '../../core/ending.js';
import type { OperationsLog } from '../../core/operations-log.js';
import { redactUrl } from '../../core/redaction/redact-url.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { ConsoleExporter } from './console/console.exporter.js';
import { Delivery } from './delivery.js';
import { ObservedExporter } from './observed.exporter.js';
import { createOtlpExporter } from './otlp/create-otlp-exporter.js';
import type { RetryTerms } from './retrying.transport.js';
import { createZipkinExporter } from './zipkin/create-zipkin-exporter.js';

/**
 * Transports keep their time themselves. What watches over them only has to notice when they do
 * not, and must not be the first to say that time is up.
 */
const WATCH_GRACE_MS = 1000;

/** Makes the configured exporters, each under observation. */
export function createExporters(
  options: Pick<ResolvedOtelOptions, 'exporters' | 'batch' | 'delivery'>,
  log: OperationsLog,
  ending: Ending,
): Promise<ObservedExporter[]> {
  return Promise.all(
    options.exporters.map(async (resolved) => {
      const isConsole = resolved.type === 'console';
      // A terminal cannot be away.
      const breaker = isConsole
        ? CircuitBreaker.none()
        : new CircuitBreaker(options.delivery.breaker);
      const delivery = new Delivery(describeExporter(resolved), log, breaker);
      const { exportTimeoutMs } = options.batch;
      const exporter = await createExporter(inTime(resolved, exportTimeoutMs), delivery, {
        retry: options.delivery.retry,
        breaker,
        ending,
        onAttemptFailed: (error) => {
          delivery.attemptFailed(error);
        },
      });
      const keepsTime = resolved.type === 'otlp' || resolved.type === 'zipkin';
      const watchMs = keepsTime ? exportTimeoutMs + WATCH_GRACE_MS : exportTimeoutMs;
      return new ObservedExporter(exporter, delivery, watchMs, isConsole);
    }),
  );
}

/** Name and target of an exporter, as logs call it; credentials in its URL are left out. */
export function describeExporter(exporter: ResolvedExporter): string {
  switch (exporter.type) {
    case 'otlp':
      return `${exporter.name} (${exporter.protocol}, ${redactUrl(exporter.endpoint)})`;
    case 'zipkin':
      return `${exporter.name} (${redactUrl(exporter.endpoint)})`;
    case 'console':
      return `${exporter.name} (${exporter.format})`;
    case 'custom':
      return exporter.name;
    default:
      return exporter satisfies never;
  }
}

/** No export takes longer than the batch processor lets it. */
function inTime(exporter: ResolvedExporter, exportTimeoutMs: number): ResolvedExporter {
  if (exporter.type !== 'otlp' && exporter.type !== 'zipkin') return exporter;
  return { ...exporter, timeoutMs: Math.min(exporter.timeoutMs, exportTimeoutMs) };
}

async function createExporter(
  exporter: ResolvedExporter,
  delivery: Delivery,
  terms: RetryTerms,
): Promise<SpanExporter> {
  const notes = {
    onTooLarge: (bytes: number) => {
      delivery.foundTooLarge(bytes);
    },
    onOddAnswer: () => {
      delivery.answeredOddly();
    },
  };
  switch (exporter.type) {
    case 'otlp':
      return createOtlpExporter(exporter, terms, notes);
    case 'zipkin':
      return createZipkinExporter(exporter, terms, notes);
    case 'console':
      return new ConsoleExporter({
        format: exporter.format,
        colors: exporter.colors ?? process.stdout.hasColors?.() ?? false,
        // Some terminals do not know their width, and say 0.
        width: process.stdout.columns || 120,
        // console.log survives a closed pipe (`node main.js | head`), stdout.write does not.
        print: (text) => {
          console.log(text);
        },
      });
    case 'custom':
      return exporter.exporter;
    default:
      return exporter satisfies never;
  }
}
