import { OtelConfigError, type ConfigProblem } from '../core/errors/otel-config.error.js';
import { frozenCopy } from '../core/frozen-copy.js';
import { resolveExporters, type ResolvedExporter } from './exporters.options.js';
import { otelSchema, type OtelModuleOptions } from './otel.options.js';
import { checkSampling } from './sampling.options.js';
import type { ConfigFile } from './file/config-file.js';
import type { FileValue } from './schema/file-value.js';
import type { Environment, ResolvedFields } from './schema/node.js';
import { Report, type Origin } from './schema/report.js';
import { FieldsResolver, type EnvironmentValues } from './schema/resolve-fields.js';

/**
 * The options in their complete form: every value is there, nothing changes any more.
 *
 * @publicApi
 */
export interface ResolvedOtelOptions extends ResolvedFields<typeof otelSchema> {
  readonly exporters: readonly ResolvedExporter[];
  /** Where each value came from, by its path (`sampling.ratio`). */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Environment variables, and parts of the configuration file, that were ignored, as sentences. */
  readonly warnings: readonly string[];
}

/**
 * Merges code, environment, configuration file and defaults, in this order of precedence.
 *
 * @throws OtelConfigError with every bad option given in code or in the file
 */
export function resolveOptions(
  input: OtelModuleOptions,
  env: Environment,
  file?: ConfigFile,
): ResolvedOtelOptions {
  const report = new Report();
  report.problems.push(...(file?.problems ?? []));
  report.warnings.push(...(file?.warnings ?? []));
  const resolver = new FieldsResolver(env, report, environmentValuesOf(input));
  const { exporters: givenExporters, ...given } = (input ?? {}) as Record<string, unknown>;
  const { written, writtenExporters } = splitFile(file);
  const fields = resolver.fields(otelSchema, given, '', written);
  const exporters = resolveExporters(givenExporters, env, report, resolver, writtenExporters);
  checkBatch(fields.batch, report);
  checkSampling(fields.sampling, report);
  const panel = checkedPanel(fields, env, report);
  if (report.problems.length > 0) throw OtelConfigError.fromProblems(inOrder(report.problems));
  return Object.freeze({
    ...frozenCopy({ ...fields, panel, exporters }, guests(fields, exporters)),
    debug: fields.debug || DEBUG_LEVELS.has(fields.logLevel),
    origins: report.origins,
    warnings: Object.freeze([...new Set(report.warnings)]),
  });
}

/** What stands in the file comes last, and from top to bottom. */
function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return problems.toSorted((a, b) => {
    return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
  });
}

/** Exporters have a resolver of their own. */
function splitFile(file: ConfigFile | undefined): {
  readonly written: FileValue | undefined;
  readonly writtenExporters: FileValue | undefined;
} {
  const { options } = file ?? {};
  if (options?.entries === undefined) return { written: options, writtenExporters: undefined };
  const entries = new Map(options.entries);
  entries.delete('exporters');
  return {
    written: { ...options, entries },
    writtenExporters: options.entries.get('exporters'),
  };
}

/** What the user made keeps state of its own, also where it is no more than an object literal. */
function guests(
  { sampling, processors, propagators, panel }: ResolvedFields<typeof otelSchema>,
  exporters: readonly ResolvedExporter[],
): ReadonlySet<unknown> {
  const own = exporters.map((exporter) => exporter.type === 'custom' && exporter.exporter);
  return new Set<unknown>([
    sampling.sampler,
    ...processors,
    ...propagators,
    ...panel.guards,
    ...own,
  ]);
}

/** On options made by {@link environmentOptions}; it survives being spread into other options. */
const ENVIRONMENT_VALUES = Symbol('nestrace.environment-values');

/**
 * The part of the options the environment sets, as options. Values keep their origin when they are
 * handed back to {@link resolveOptions}. Options of single exporters are not among them, since
 * those hold credentials; they are read when the exporters are made.
 */
export function environmentOptions(env: Environment): OtelModuleOptions {
  const report = new Report();
  const resolver = new FieldsResolver(env, report);
  const fields = resolver.fields(otelSchema, {});
  const exporters = resolveExporters(undefined, env, report, new FieldsResolver(env, new Report()));
  const values = new Map<string, { variable: string; value: unknown }>();
  const options: Record<string, unknown> = {};
  for (const [path, { source, variable }] of report.origins) {
    if (source !== 'env' || variable === undefined) continue;
    const value = path === 'exporters' ? exporters.map(({ type }) => type) : at(fields, path);
    put(options, path, value);
    values.set(path, { variable, value });
  }
  return Object.assign(options as OtelModuleOptions, { [ENVIRONMENT_VALUES]: values });
}

export function environmentValuesOf(input: OtelModuleOptions | undefined): EnvironmentValues {
  const marked = input as { [ENVIRONMENT_VALUES]?: EnvironmentValues } | undefined;
  return marked?.[ENVIRONMENT_VALUES] ?? new Map();
}

function at(fields: object, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    return (value as Record<string, unknown> | undefined)?.[key];
  }, fields);
}

function put(target: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() as string;
  let inner = target;
  for (const key of keys) inner = (inner[key] ??= {}) as Record<string, unknown>;
  inner[last] = value;
}

const DEBUG_LEVELS: ReadonlySet<string> = new Set(['debug', 'verbose', 'all']);

/** A batch cannot be larger than the queue it is taken from. */
function checkBatch(batch: ResolvedOtelOptions['batch'], report: Report): void {
  const { maxExportBatchSize, maxQueueSize } = batch;
  if (maxExportBatchSize <= maxQueueSize) return;
  const accepted = `at most batch.maxQueueSize, which is ${maxQueueSize}`;
  const paths = ['batch.maxExportBatchSize', 'batch.maxQueueSize'] as const;
  const [size, queue] = paths.map((path) => report.origins.get(path));
  // The processor cuts the batch to what the queue holds, and no variable stops the start.
  if (size?.source === 'env') {
    report.badVariable(size.variable ?? '', String(maxExportBatchSize), accepted);
  } else if (queue?.source === 'env') {
    report.warnings.push(
      `${queue.variable}=${maxQueueSize} is less than batch.maxExportBatchSize, which is ` +
        `${maxExportBatchSize}: no more than ${maxQueueSize} spans are exported at once.`,
    );
  } else {
    report.problem('batch.maxExportBatchSize', maxExportBatchSize, accepted);
  }
}

/** The panel shows what goes on inside: in production somebody has to decide who may see that. */
function checkedPanel(
  { panel, environment }: ResolvedFields<typeof otelSchema>,
  env: Environment,
  report: Report,
): ResolvedOtelOptions['panel'] {
  const isProduction = [environment, env['NODE_ENV']].some((name) =>
    /^prod(uction)?$/i.test(name ?? ''),
  );
  const isGuarded = panel.guards.length > 0 || panel.authorize !== undefined;
  if (!panel.enabled || !isProduction || isGuarded) return panel;
  const accepted =
    'false in production, where the panel would show traces to anybody, unless panel.guards or ' +
    'panel.authorize says who may see them';
  const origin = report.origins.get('panel.enabled');
  if (origin?.source === 'env') report.badVariable(origin.variable ?? '', 'true', accepted);
  else report.problem('panel.enabled', true, accepted);
  return { ...panel, enabled: false };
}
