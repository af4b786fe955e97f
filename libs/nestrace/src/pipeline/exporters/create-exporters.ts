import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { ResolvedExporter } from '../../config/exporters.options.js';
import type { ResolvedOtelOptions } from '../../config/resolve-options.js';
import type { Ending } from '../../core/ending.js';
import type { OperationsLog } from '../../core/operations-log.js';
import { redactUrl } from '../../core/redaction/redact-url.js';
import { ConsoleExporter } from './console/console.exporter.js';
import { Delivery } from './delivery.js';
import { ObservedExporter } from './observed.exporter.js';
import { createOtlpExporter } from './otlp/create-otlp-exporter.js';
import { createZipkinExporter } from './zipkin/create-zipkin-exporter.js';

/** Makes the configured exporters, each under observation. */
export function createExporters(
  options: Pick<ResolvedOtelOptions, 'exporters' | 'batch'>,
  log: OperationsLog,
  ending: Ending,
): Promise<ObservedExporter[]> {
  return Promise.all(
    options.exporters.map(async (resolved) => {
      const delivery = new Delivery(describeExporter(resolved), log);
      const exporter = await createExporter(resolved, delivery, ending);
      const immediate = resolved.type === 'console';
      return new ObservedExporter(exporter, delivery, options.batch.exportTimeoutMs, immediate);
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

async function createExporter(
  exporter: ResolvedExporter,
  delivery: Delivery,
  ending: Ending,
): Promise<SpanExporter> {
  const onAttemptFailed = (error: Error): void => {
    delivery.attemptFailed(error);
  };
  switch (exporter.type) {
    case 'otlp':
      return createOtlpExporter(exporter, onAttemptFailed, ending);
    case 'zipkin':
      return createZipkinExporter(exporter, onAttemptFailed, ending);
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
