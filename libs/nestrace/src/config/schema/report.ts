import { inspect } from 'node:util';
import { isSecretKey } from '../../core/redaction/redact-query.js';
import { redactUrl } from '../../core/redaction/redact-url.js';
import { hideSecrets } from '../../core/redaction/secret-values.js';
import type { ConfigProblem } from '../../core/errors/otel-config.error.js';
import { shownPlace, type FilePlace, type FileValue } from './file-value.js';

/** Where a value came from. With the source `file` it says where it stands there. */
export interface Origin extends Partial<FilePlace> {
  readonly source: 'code' | 'env' | 'file' | 'default';
  /** The environment variable, when the value came from one. */
  readonly variable?: string;
}

/** Who has set a value, as it is said to the user; nobody has set a default. */
export function whoSet({ source, variable, file, line }: Origin): string | undefined {
  if (source === 'default') return undefined;
  return source === 'file' ? `${file}:${line}` : (variable ?? source);
}

/** Gathers what is wrong with the configuration, and where each value came from. */
export class Report {
  readonly problems: ConfigProblem[] = [];
  readonly warnings: string[] = [];
  readonly origins = new Map<string, Origin>();

  /** A bad value in code or in the file: the application must not start with it. */
  problem(path: string, value: unknown, accepted: string): void {
    const { source, file, line, column, path: keys } = this.origins.get(path) ?? {};
    if (source !== 'file' || file === undefined || keys === undefined) {
      this.problems.push({ path, shown: show(path, value), accepted });
    } else {
      const shown = show(`${path}.${keys}`, value);
      this.problems.push({ path: keys, shown, accepted, file, line, column });
    }
  }

  /** A bad value in the file, said with its variables: what they hold may be what is wrong. */
  problemIn({ place, value, written = '' }: FileValue, accepted: string, path = ''): void {
    const names = [...written.matchAll(VARIABLE)].map(([, name = '']) => name);
    const shown = show([path, place.path, ...names].join('.'), value);
    const from = names.map((name) => `\${${name}}`).join(', ');
    this.problems.push({
      ...place,
      shown: from === '' ? shown : `${shown} (from ${from})`,
      accepted,
    });
  }

  /** Something in the file that changes nothing. */
  unused({ place }: Pick<FileValue, 'place'>, why: string): void {
    this.warnings.push(`${shownPlace(place)} ${place.path} ${why}.`);
  }

  /** A bad environment variable: said once, then ignored, as the OpenTelemetry rules ask. */
  badVariable(name: string, value: string, accepted: string): void {
    this.warnings.push(
      `${name}=${show(name, value)} is ignored. It accepts: ${accepted}. The next source of this option is used.`,
    );
  }

  from(path: string, origin: Origin): void {
    this.origins.set(path, origin);
  }
}

/** The name in a reference; its default may be as secret as what the variable holds. */
const VARIABLE = /\$\{(?:env:)?(\w+)/g;

const NOT_SHOWN = '(not shown)';

/** Levels of an object that are printed. */
const MAX_DEPTH = 1;

function show(path: string, value: unknown): string {
  if (path.split(/[.[\]]+/).some(isSecretName)) return NOT_SHOWN;
  const text = inspect(withoutSecrets(value, 0), {
    depth: MAX_DEPTH,
    compact: true,
    breakLength: Infinity,
    maxStringLength: 80,
  });
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

/** Names of options and of the environment variables that give them. */
function isSecretName(name: string): boolean {
  return isSecretKey(name) || /(headers|headers_list|client_key)$/i.test(name);
}

/**
 * A misspelled option takes its whole object into the message, with credentials that would have
 * been right where they are. Of class instances only the name is printed: nobody knows what they
 * keep.
 */
function withoutSecrets(value: unknown, depth: number): unknown {
  if (typeof value === 'string') {
    return value.includes('PRIVATE KEY') ? verbatim(NOT_SHOWN) : withoutCredentials(value);
  }
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return verbatim(inspect(value, { depth: -1 }));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      isSecretName(name) ? verbatim(NOT_SHOWN) : withoutSecrets(inner, depth + 1),
    ]),
  );
}

/** An endpoint may be what is wrong for the very reason that it lacks its scheme. */
const USER_INFO = /^(\/\/)?[^\s/@:]{0,256}:[^\s/]{1,256}@/;

function withoutCredentials(text: string): string {
  return hideSecrets(redactUrl(text).replace(USER_INFO, '$1REDACTED:REDACTED@')).text;
}

/** Is printed as this text, without quotes. */
function verbatim(text: string): object {
  return { [inspect.custom]: () => text };
}
