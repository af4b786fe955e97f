import type { FileValue } from './schema/file-value.js';
import type { Environment } from './schema/node.js';
import type { Report } from './schema/report.js';
import type { FieldsResolver } from './schema/resolve-fields.js';

const NAMES = ['otlp', 'zipkin', 'console', 'none'] as const;

/** One exporter that was named, and what the file says about it. */
export interface Wanted {
  readonly item: unknown;
  readonly file?: FileValue | undefined;
}

/** What code, `OTEL_TRACES_EXPORTER`, the file or the default name, in this order. */
export function wantedExporters(
  input: unknown,
  env: Environment,
  report: Report,
  fields: FieldsResolver,
  file: FileValue | undefined,
  written: readonly FileValue[],
): readonly Wanted[] {
  const origin = fields.originOfGiven('exporters', input);
  if (input !== undefined) {
    report.from('exporters', origin);
    if (origin.source === 'code') return asList(input).map((item) => ({ item }));
  }
  const named =
    input === undefined ? exportersOfEnvironment(env, report) : (asList(input) as string[]);
  if (named !== undefined) return named.flatMap((name) => describedIn(written, name));
  if (file === undefined || file.value === null) {
    report.from('exporters', { source: 'default' });
    return [{ item: 'otlp' }];
  }
  report.from('exporters', { source: 'file', ...file.place });
  return written.map((one) => ({ item: one.value, file: one }));
}

function describedIn(written: readonly FileValue[], name: string): readonly Wanted[] {
  const found = written.filter((one) => typeIn(one) === name);
  return found.length === 0 ? [{ item: name }] : found.map((file) => ({ item: name, file }));
}

export function exportersOfFile(file: FileValue | undefined): readonly FileValue[] {
  if (file === undefined || file.value === null) return [];
  return file.items ?? [file];
}

/** `otlp`, or the type of a mapping. */
export function typeIn(file: FileValue): unknown {
  return file.entries === undefined ? file.value : file.entries.get('type')?.value;
}

/** One variable cannot stand for several endpoints: those of the file are then the better ones. */
export function severalEndpoints(
  written: readonly FileValue[],
  env: Environment,
  report: Report,
): boolean {
  const own = written.filter(
    (one) => typeIn(one) === 'otlp' && one.entries?.has('endpoint') === true,
  );
  if (own.length < 2) return false;
  for (const name of ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT']) {
    const given = env[name]?.trim() ?? '';
    if (given === '') continue;
    report.badVariable(name, given, 'nothing where the file has several endpoints of OTLP');
  }
  return true;
}

function asList(input: unknown): readonly unknown[] {
  return Array.isArray(input) ? input : [input];
}

/** Undefined where the variable names none that is known. */
function exportersOfEnvironment(env: Environment, report: Report): readonly string[] | undefined {
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
  if (known.length === 0) return undefined;
  report.from('exporters', { source: 'env', variable });
  return known;
}
