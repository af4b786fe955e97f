import type { ResolvedOtelOptions } from '../config/resolve-options.js';
import { describeExporter } from '../pipeline/exporters/create-exporters.js';
import { describeSampling } from '../pipeline/sampling/describe-sampling.js';

/** The line that tells what is traced and where it goes. */
export function bootLine(options: ResolvedOtelOptions, usesForeignProvider: boolean): string {
  if (!options.enabled) {
    return 'OpenTelemetry tracing is off: nothing was installed.';
  }
  const { service, environment } = options;
  const version = service.version === undefined ? '' : ` ${service.version}`;
  const head = `OpenTelemetry tracing enabled: service "${service.name}"${version} (${environment})`;
  if (usesForeignProvider) {
    return (
      `${head}. An OpenTelemetry SDK was already set up in this process; its sampler, processors ` +
      `and exporters are used, those of OtelModule are not.`
    );
  }
  return `${head}, exporters: ${exporters(options)}, sampler: ${describeSampling(options)}`;
}

function exporters(options: ResolvedOtelOptions): string {
  return options.exporters.length === 0
    ? 'none'
    : options.exporters.map(describeExporter).join(', ');
}
