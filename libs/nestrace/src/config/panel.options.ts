import { isIP } from 'node:net';
import type { Pattern } from '../core/matcher.js';
import { patternList } from './http.options.js';
import { ingestSchema, type PanelIngestOptions } from './panel-ingest.options.js';
import { panelLimitsSchema, type PanelLimitsOptions } from './panel-limits.options.js';
import {
  boolean,
  inCode,
  integer,
  listOf,
  numberBetween,
  oneOf,
  REFUSED,
  text,
  type Kind,
} from './schema/kind.js';
import { feature, group, option, type Lookup, type Resolved } from './schema/node.js';

/** A template of a link to a trace elsewhere. @publicApi */
export interface PanelLink {
  readonly name: string;
  /** `http` or `https`; `{traceId}` and `{spanId}` become the ids in hexadecimal. */
  readonly url: string;
}

/**
 * The live trace panel, served by the application itself.
 *
 * @example
 * ```ts
 * OtelModule.forRoot({ panel: { path: 'traces', decorators: [Public()] } });
 * ```
 *
 * @publicApi
 */
export interface PanelOptions {
  /**
   * In production it takes `guards` or `authorize` to turn it on; without one the application does
   * not start. Environment: `OTEL_PANEL_ENABLED`.
   *
   * @default true where the environment is "development" and NODE_ENV is not "production"
   */
  readonly enabled?: boolean | undefined;
  /**
   * Where it is, below the global prefix. Environment: `OTEL_PANEL_PATH`.
   *
   * @default '_otel'
   */
  readonly path?: string | undefined;
  /**
   * Class decorators for its controller: what your global guards look for, `Public()` or
   * `SkipThrottle()` for example.
   *
   * @default []
   */
  readonly decorators?: readonly ClassDecorator[] | undefined;
  /**
   * Nest guards for page and data: classes, or instances.
   *
   * @default []
   */
  readonly guards?: readonly PanelGuard[] | undefined;
  /** Who may see the data. Gets the request of the platform; what throws is a no. */
  readonly authorize?: ((request: never) => boolean | Promise<boolean>) | undefined;
  /**
   * Names in the `Host` header besides `localhost`, `*.localhost` and addresses of this machine.
   *
   * @default []
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /**
   * Addresses besides those of this machine, as CIDR: `['172.16.0.0/12']` for Docker.
   *
   * @default []
   */
  readonly allowFrom?: readonly string[] | undefined;
  /**
   * Answer requests that came through a proxy, known by a `Forwarded` or `X-Forwarded-*` header:
   * for them this machine is no proof of anything.
   *
   * @default false
   */
  readonly trustProxy?: boolean | undefined;
  /**
   * A secret the browser has to know; `'auto'` makes one at each start and prints it with the URL.
   * Environment: `OTEL_PANEL_TOKEN`.
   */
  readonly token?: string | undefined;
  /** No clearing, pausing, importing, test export. @default false */
  readonly readOnly?: boolean | undefined;
  /**
   * Also show what the sampler left out, marked "not exported".
   *
   * @default true where the environment is "development"
   */
  readonly recordUnsampled?: boolean | undefined;
  /** Bounds of what is kept. */
  readonly limits?: PanelLimitsOptions | undefined;
  /** What is hidden besides what looks like a secret. */
  readonly redact?: PanelRedactOptions | undefined;
  /**
   * Milliseconds from which a query counts as slow.
   *
   * @default typeorm.slowQueryMs
   */
  readonly slowMs?: number | undefined;
  /** When a repeated query is called N+1. */
  readonly nPlusOne?: PanelNPlusOneOptions | undefined;
  /** Links to the same trace elsewhere. */
  readonly links?: PanelLinksOptions | undefined;
  /**
   * Link that opens a file in the editor; `{path}` and `{line}` are filled in.
   *
   * @default 'vscode://file/{path}:{line}'
   */
  readonly editor?: string | undefined;
  /**
   * Take spans of other services, so that one panel shows them all: an OTLP/HTTP receiver on this
   * machine.
   *
   * @default false
   */
  readonly ingest?: boolean | PanelIngestOptions | undefined;
  /**
   * Response header with the URL of the trace.
   *
   * @default 'x-trace-link' where the environment is "development", elsewhere false
   */
  readonly linkHeader?: string | false | undefined;
  /**
   * A line in the log with the URL of the trace: for requests that fail with 5xx, or all of them.
   *
   * @default 'errors' where the environment is "development", elsewhere false
   */
  readonly logLinks?: 'errors' | 'all' | false | undefined;
}

/** A guard by its class, or one that is ready. @publicApi */
export type PanelGuard =
  | { canActivate(context: never): unknown }
  // oxlint-disable-next-line typescript/no-explicit-any -- any constructor of a guard
  | (abstract new (...args: any[]) => { canActivate(context: never): unknown });

/** @publicApi */
export interface PanelRedactOptions {
  /** Keys of attributes whose values are hidden. @default [] */
  readonly keys?: readonly Pattern[] | undefined;
  /** Values of these forms are hidden wherever they stand. @default [] */
  readonly values?: readonly RegExp[] | undefined;
  /**
   * Called for every value that is shown; returns what is to be shown instead, or `undefined` to
   * hide it. One that throws hides it.
   */
  readonly value?: ((key: string, value: unknown) => unknown) | undefined;
}

/** @publicApi */
export interface PanelNPlusOneOptions {
  /** The same statement so many times below one method. @default 5 */
  readonly min?: number | undefined;
  /** And together not less than these milliseconds. @default 0 */
  readonly minTotalMs?: number | undefined;
}

/** @publicApi */
export interface PanelLinksOptions {
  /** Base URL of Jaeger. @default 'http://localhost:16686' where OTLP goes to this machine */
  readonly jaeger?: string | false | undefined;
  /** Base URL of Zipkin. @default that of a Zipkin exporter */
  readonly zipkin?: string | false | undefined;
  /** Others: Tempo, Honeycomb, … @default [] */
  readonly custom?: readonly PanelLink[] | undefined;
}

const inDevelopment = (lookup: Lookup): boolean => lookup('environment') === 'development';

const classDecorators = inCode<readonly ClassDecorator[]>(
  'a list of class decorators',
  (value) => Array.isArray(value) && value.every((item) => typeof item === 'function'),
);

const guards = inCode<readonly PanelGuard[]>(
  'a list of Nest guards, classes or instances',
  (value) => Array.isArray(value) && value.every(isGuard),
);

/** Of a class nobody knows: its method may be a field that its constructor sets. */
function isGuard(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return typeof (value as { canActivate?: unknown } | null | undefined)?.canActivate === 'function';
}

const addressRanges = inCode<readonly string[]>(
  'a list of IP addresses or ranges such as "172.16.0.0/12"',
  (value) =>
    Array.isArray(value) && value.every((item) => typeof item === 'string' && isRange(item)),
);

function isRange(range: string): boolean {
  const [address = '', bits, ...more] = range.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  );
}

/** Slashes around it are forgiven; what a router would take for a pattern is not. */
const path: Kind<string> = {
  accepted: 'a path such as "_otel" or "internal/traces": letters, digits, ".", "_", "-" and "/"',
  check: (value) => {
    if (typeof value !== 'string') return REFUSED;
    const bare = value.replace(/^\/+|\/+$/g, '');
    const segments = bare.split('/');
    return segments.every((segment) => /^[\w.-]+$/.test(segment) && !/^\.+$/.test(segment))
      ? bare
      : REFUSED;
  },
  parse: (value) => path.check(value),
};

const authorizer = inCode<((request: never) => boolean | Promise<boolean>) | undefined>(
  'a function',
  (value) => typeof value === 'function',
);

const baseUrl = inCode<string | false | undefined>(
  'a URL that starts with http:// or https://, or false',
  (value) => value === false || isHttpUrl(value),
);

function isHttpUrl(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value);
}

const customLinks = inCode<readonly PanelLink[]>(
  'a list of { name, url }, each url starting with http:// or https://',
  (value) =>
    Array.isArray(value) &&
    value.every((item: Partial<PanelLink> | null) => {
      return typeof item?.name === 'string' && item.name !== '' && isHttpUrl(item.url);
    }),
);

const EDITOR = /^(?!javascript:|data:|vbscript:|blob:|file:)[a-z][a-z\d+.-]*:.*\{path\}/i;

const editor: Kind<string> = inCode(
  'a URL with {path} and {line} in it, such as "vscode://file/{path}:{line}"',
  (value) => typeof value === 'string' && EDITOR.test(value),
);

const headerOrOff = inCode<string | false>(
  'a header name, or false',
  (value) => value === false || (typeof value === 'string' && /^[\w!#$%&'*+.^`|~-]+$/.test(value)),
);

const expressions = inCode<readonly RegExp[]>(
  'a list of regular expressions',
  (value) => Array.isArray(value) && value.every((item) => item instanceof RegExp),
);

const replacer = inCode<((key: string, value: unknown) => unknown) | undefined>(
  'a function',
  (value) => typeof value === 'function',
);

const secret: Kind<string | undefined> = {
  accepted: '"auto", or a secret of at least 16 characters of A-Z a-z 0-9 . _ ~ -',
  check: (value) =>
    value === 'auto' || (typeof value === 'string' && /^[\w.~-]{16,256}$/.test(value))
      ? value
      : REFUSED,
  parse: (value) => secret.check(value),
};

const logLinks: Kind<'errors' | 'all' | false> = {
  accepted: '"errors", "all" or false',
  check: (value) => (value === false ? false : oneOf('errors', 'all').check(value)),
  parse: () => REFUSED,
};

export const panelSchema = feature({
  enabled: option(boolean, {
    env: [
      'OTEL_PANEL_ENABLED',
      {
        name: 'NODE_ENV',
        parse: (value) => (value.toLowerCase() === 'production' ? false : undefined),
      },
    ],
    fallback: inDevelopment,
  }),
  path: option(path, { env: 'OTEL_PANEL_PATH', fallback: '_otel' }),
  decorators: option(classDecorators, { fallback: [] }),
  guards: option(guards, { fallback: [] }),
  authorize: option(authorizer, { fallback: undefined }),
  allowedHosts: option(listOf(text), { fallback: [] }),
  allowFrom: option(addressRanges, { fallback: [] }),
  trustProxy: option(boolean, { fallback: false }),
  token: option(secret, { env: 'OTEL_PANEL_TOKEN', fallback: undefined }),
  readOnly: option(boolean, { fallback: false }),
  recordUnsampled: option(boolean, { fallback: inDevelopment }),
  limits: panelLimitsSchema,
  redact: group({
    keys: option(patternList, { fallback: [] }),
    values: option(expressions, { fallback: [] }),
    value: option(replacer, { fallback: undefined }),
  }),
  slowMs: option(numberBetween(0, 86_400_000), {
    fallback: (lookup) => lookup('typeorm.slowQueryMs') as number,
  }),
  nPlusOne: group({
    min: option(integer(2), { fallback: 5 }),
    minTotalMs: option(numberBetween(0, 86_400_000), { fallback: 0 }),
  }),
  links: group({
    jaeger: option(baseUrl, { fallback: undefined }),
    zipkin: option(baseUrl, { fallback: undefined }),
    custom: option(customLinks, { fallback: [] }),
  }),
  editor: option(editor, { fallback: 'vscode://file/{path}:{line}' }),
  ingest: ingestSchema,
  linkHeader: option(headerOrOff, {
    fallback: (lookup) => (inDevelopment(lookup) ? 'x-trace-link' : false),
  }),
  logLinks: option(logLinks, {
    fallback: (lookup) => (inDevelopment(lookup) ? 'errors' : false),
  }),
});

export type ResolvedPanelOptions = Resolved<typeof panelSchema>;
