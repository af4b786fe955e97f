import type { SpanExporter } from '@opentelemetry/sdk-trace';
import {
  consoleSchema,
  type ConsoleExporterOptions,
  type ResolvedConsoleExporter,
} from './console-exporter.options.js';
import {
  resolveOtlp,
  type OtlpExporterOptions,
  type ResolvedOtlpExporter,
} from './otlp-exporter.options.js';
import type { FileValue } from './schema/file-value.js';
import type { Environment } from './schema/node.js';
import type { Report } from './schema/report.js';
import type { FieldsResolver } from './schema/resolve-fields.js';
import {
  exportersOfFile,
  severalEndpoints,
  typeIn,
  wantedExporters,
  type Wanted,
} from './wanted-exporters.js';
import {
  zipkinSchema,
  type ResolvedZipkinExporter,
  type ZipkinExporterOptions,
} from './zipkin-exporter.options.js';

/**
 * One exporter: a name for its defaults, its options, or any `SpanExporter` instance.
 *
 * @publicApi
 */
export type ExporterInput =
  | 'otlp'
  | 'zipkin'
  | 'console'
  | 'none'
  | OtlpExporterOptions
  | ZipkinExporterOptions
  | ConsoleExporterOptions
  | SpanExporter;

export interface ResolvedCustomExporter {
  readonly type: 'custom';
  readonly name: string;
  readonly exporter: SpanExporter;
}
export type ResolvedExporter =
  ResolvedOtlpExporter | ResolvedZipkinExporter | ResolvedConsoleExporter | ResolvedCustomExporter;

const ACCEPTED =
  'one of "otlp", "zipkin", "console", "none", an object with such a type, or a SpanExporter';
const ACCEPTED_IN_FILE = 'one of otlp, zipkin, console, none, or a mapping with such a type';

/**
 * Brings the `exporters` option, `OTEL_TRACES_EXPORTER` or the exporters of the file into their
 * complete form. Where the variable names a type, the file may say more about it.
 */
export function resolveExporters(
  input: unknown,
  env: Environment,
  report: Report,
  fields: FieldsResolver,
  file?: FileValue,
): readonly ResolvedExporter[] {
  const written = exportersOfFile(file);
  const wanted = wantedExporters(input, env, report, fields, file, written);
  const inFile = severalEndpoints(written, env, report) ? fields.preferringFile() : fields;
  const resolved = wanted.flatMap((one, index) => {
    const exporter = resolveOne(one, `exporters[${index}]`, env, report, inFile);
    return exporter === undefined ? [] : [exporter];
  });
  return withUniqueNames(resolved);
}

function resolveOne(
  { item, file }: Wanted,
  path: string,
  env: Environment,
  report: Report,
  fields: FieldsResolver,
): ResolvedExporter | undefined {
  if (isSpanExporter(item)) {
    return { type: 'custom', name: classNameOf(item), exporter: item };
  }
  const parts = file === undefined ? item : (typeIn(file) ?? null);
  const { type, ...given } =
    typeof parts === 'string' ? { type: parts } : ((parts ?? {}) as Record<string, unknown>);
  const written = file?.entries === undefined ? undefined : withoutType(file);
  switch (type) {
    case 'otlp':
      return resolveOtlp(given, path, env, report, fields, written);
    case 'zipkin':
      return { type, ...fields.fields(zipkinSchema, given, path, written) };
    case 'console':
      return { type, ...fields.fields(consoleSchema, given, path, written) };
    case 'none':
      return undefined;
    default:
      if (file === undefined) report.problem(path, item, ACCEPTED);
      else report.problemIn(file, ACCEPTED_IN_FILE, path);
      return undefined;
  }
}

function withoutType(file: FileValue): FileValue {
  const entries = new Map(file.entries);
  entries.delete('type');
  return { ...file, entries };
}

function isSpanExporter(value: unknown): value is SpanExporter {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as SpanExporter).export === 'function' &&
    typeof (value as SpanExporter).shutdown === 'function'
  );
}

function classNameOf(exporter: SpanExporter): string {
  const name = exporter.constructor?.name;
  return name === undefined || name === '' || name === 'Object' ? 'exporter' : name;
}

function withUniqueNames(exporters: readonly ResolvedExporter[]): readonly ResolvedExporter[] {
  const taken = new Set<string>();
  return exporters.map((exporter) => {
    let { name } = exporter;
    for (let count = 2; taken.has(name); count++) name = `${exporter.name}#${count}`;
    taken.add(name);
    return { ...exporter, name };
  });
}
