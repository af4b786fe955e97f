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
import type { Environment } from './schema/node.js';
import type { Report } from './schema/report.js';
import type { FieldsResolver } from './schema/resolve-fields.js';
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

const NAMES = ['otlp', 'zipkin', 'console', 'none'] as const;
const ACCEPTED =
  'one of "otlp", "zipkin", "console", "none", an object with such a type, or a SpanExporter';

/** Brings the `exporters` option, or `OTEL_TRACES_EXPORTER`, into its complete form. */
export function resolveExporters(
  input: unknown,
  env: Environment,
  report: Report,
  fields: FieldsResolver,
): readonly ResolvedExporter[] {
  if (input !== undefined) report.from('exporters', fields.originOfGiven('exporters', input));
  const items = input === undefined ? exportersOfEnvironment(env, report) : asList(input);
  const resolved = items.flatMap((item, index) => {
    const exporter = resolveOne(item, `exporters[${index}]`, env, report, fields);
    return exporter === undefined ? [] : [exporter];
  });
  return withUniqueNames(resolved);
}

function asList(input: unknown): readonly unknown[] {
  return Array.isArray(input) ? input : [input];
}

function exportersOfEnvironment(env: Environment, report: Report): readonly string[] {
  const variable = 'OTEL_TRACES_EXPORTER';
  const given = env[variable]?.trim() ?? '';
  const names = given
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const known = names.filter((name) => (NAMES as readonly string[]).includes(name));
  if (known.length < names.length) {
    report.badVariable(variable, given, `a list of ${NAMES.join(', ')}`);
  }
  if (known.length === 0) {
    report.from('exporters', { source: 'default' });
    return ['otlp'];
  }
  report.from('exporters', { source: 'env', variable });
  return known;
}

function resolveOne(
  item: unknown,
  path: string,
  env: Environment,
  report: Report,
  fields: FieldsResolver,
): ResolvedExporter | undefined {
  if (isSpanExporter(item)) {
    return { type: 'custom', name: classNameOf(item), exporter: item };
  }
  const { type, ...given } =
    typeof item === 'string' ? { type: item } : ((item ?? {}) as Record<string, unknown>);
  switch (type) {
    case 'otlp':
      return resolveOtlp(given, path, env, report, fields);
    case 'zipkin':
      return { type, ...fields.fields(zipkinSchema, given, path) };
    case 'console':
      return { type, ...fields.fields(consoleSchema, given, path) };
    case 'none':
      return undefined;
    default:
      report.problem(path, item, ACCEPTED);
      return undefined;
  }
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
