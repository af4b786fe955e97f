import { inspect } from 'node:util';
import { isSecretKey } from '../../core/redaction/redact-query.js';
import { redactUrl } from '../../core/redaction/redact-url.js';
import type { ConfigProblem } from '../../core/errors/otel-config.error.js';

/** Where a value came from. */
export interface Origin {
  readonly source: 'code' | 'env' | 'default';
  /** The environment variable, when the value came from one. */
  readonly variable?: string;
}

/** Gathers what is wrong with the configuration, and where each value came from. */
export class Report {
  readonly problems: ConfigProblem[] = [];
  readonly warnings: string[] = [];
  readonly origins = new Map<string, Origin>();

  /** A bad value in code: the application must not start with it. */
  problem(path: string, value: unknown, accepted: string): void {
    this.problems.push({ path, shown: show(path, value), accepted });
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
  return isSecretKey(name) || /(headers|client_key)$/i.test(name);
}

/**
 * A misspelled option takes its whole object into the message, with credentials that would have
 * been right where they are. Of class instances only the name is printed: nobody knows what they
 * keep.
 */
function withoutSecrets(value: unknown, depth: number): unknown {
  if (typeof value === 'string') {
    return value.includes('PRIVATE KEY') ? verbatim(NOT_SHOWN) : redactUrl(value);
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

/** Is printed as this text, without quotes. */
function verbatim(text: string): object {
  return { [inspect.custom]: () => text };
}
