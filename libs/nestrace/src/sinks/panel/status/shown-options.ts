import type { ResolvedOtelOptions } from '../../../config/resolve-options.js';
import { isSecretKey } from '../../../core/redaction/redact-query.js';
import { redactUrl } from '../../../core/redaction/redact-url.js';
import { HIDDEN, hideSecrets } from '../../../core/redaction/secret-values.js';
import type { ExportStatus } from '../contract/index.js';

const MAX_LENGTH = 200;

/** Every option with its value, as far as that may be shown, and where it came from. */
export function shownOptions(options: ResolvedOtelOptions): ExportStatus['options'] {
  const shown: ExportStatus['options'][number][] = [];
  for (const [path, { source, variable, file, line }] of options.origins) {
    const value = at(options, path);
    if (isGroup(value)) continue;
    shown.push({
      path,
      value: show(path, value),
      source,
      ...(variable !== undefined && { variable }),
      ...(file !== undefined && line !== undefined && { file, line }),
    });
  }
  return shown;
}

/** Features have an origin as well as their parts; the parts tell more. */
function isGroup(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'enabled' in value;
}

/** `exporters[0].endpoint` as well. */
function at(options: object, path: string): unknown {
  const names = path.split(/[.[\]]+/).filter((name) => name !== '');
  return names.reduce<unknown>((value, name) => {
    return (value as Record<string, unknown> | undefined)?.[name];
  }, options);
}

function show(path: string, value: unknown): string {
  if (value === undefined) return '';
  const names = path.split('.');
  if (names.at(-1)?.toLowerCase() === 'headers' || names.some(isSecretKey)) return HIDDEN;
  if (path === 'exporters' && Array.isArray(value)) {
    return value.map((one: { name?: string; type: string }) => one.name ?? one.type).join(', ');
  }
  const text = typeof value === 'string' ? showText(value) : describe(value);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

function showText(text: string): string {
  return hideSecrets(redactUrl(text)).text;
}

/** Of what the application has made itself no more than its name: anything may be in it. */
function describe(value: unknown): string {
  if (typeof value === 'string') return `'${showText(value)}'`;
  if (typeof value === 'function') return value.name === '' ? 'a function' : value.name;
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return String(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${listOf(value)} ]`;
  const prototype: unknown = Object.getPrototypeOf(value);
  const entries = Object.entries(value);
  if (prototype !== Object.prototype || entries.some(([, one]) => typeof one === 'function')) {
    return `an object of class ${value.constructor?.name ?? 'Object'}`;
  }
  const shown = entries.map(([key, one]) => `${key}: ${isSecretKey(key) ? HIDDEN : describe(one)}`);
  return shown.length === 0 ? '{}' : `{ ${shown.join(', ')} }`;
}

function listOf(values: readonly unknown[]): string {
  return values.slice(0, MAX_LENGTH).map(describe).join(', ');
}
