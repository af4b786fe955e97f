import { inspect } from 'node:util';
import type { ResolvedOtelOptions } from '../../../config/resolve-options.js';
import { isSecretKey } from '../../../core/redaction/redact-query.js';
import { redactUrl } from '../../../core/redaction/redact-url.js';
import { HIDDEN } from '../../../core/redaction/secret-values.js';
import type { ExportStatus } from '../contract/index.js';

const MAX_LENGTH = 200;

/** Every option with its value, as far as that may be shown, and where it came from. */
export function shownOptions(options: ResolvedOtelOptions): ExportStatus['options'] {
  const shown: ExportStatus['options'][number][] = [];
  for (const [path, { source, variable }] of options.origins) {
    const value = at(options, path);
    if (isGroup(value)) continue;
    shown.push({
      path,
      value: show(path, value),
      source,
      ...(variable !== undefined && { variable }),
    });
  }
  return shown;
}

/** Features have an origin as well as their parts; the parts tell more. */
function isGroup(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'enabled' in value;
}

function at(options: object, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => {
    return (value as Record<string, unknown> | undefined)?.[name];
  }, options);
}

function show(path: string, value: unknown): string {
  if (value === undefined) return '';
  if (/headers$/i.test(path) || path.split('.').some(isSecretKey)) return HIDDEN;
  if (path === 'exporters' && Array.isArray(value)) {
    return value.map((one: { name?: string; type: string }) => one.name ?? one.type).join(', ');
  }
  if (typeof value === 'string') return redactUrl(value);
  if (typeof value === 'function') return 'a function';
  const text = inspect(value, { depth: 0, compact: true, breakLength: Infinity });
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
