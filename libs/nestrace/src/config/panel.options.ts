import {
  addressRanges,
  authorizer,
  guards,
  panelPath,
  secret,
  type PanelGuard,
} from './panel-access.options.js';
import { ingestSchema, type PanelIngestOptions } from './panel-ingest.options.js';
import { panelLimitsSchema, type PanelLimitsOptions } from './panel-limits.options.js';
import { panelLinksSchema, type PanelLinksOptions } from './panel-links.options.js';
import {
  boolean,
  inCode,
  integer,
  listOf,
  numberBetween,
  oneOf,
  onlyInCode,
  REFUSED,
  text,
  type Kind,
} from './schema/kind.js';
import { feature, group, option, type Lookup, type Resolved } from './schema/node.js';

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

/** @publicApi */
export interface PanelNPlusOneOptions {
  /** The same statement so many times below one method. @default 5 */
  readonly min?: number | undefined;
  /** And together not less than these milliseconds. @default 0 */
  readonly minTotalMs?: number | undefined;
}

const inDevelopment = (lookup: Lookup): boolean => lookup('environment') === 'development';

const classDecorators = onlyInCode<readonly ClassDecorator[]>(
  'a list of class decorators',
  (value) => Array.isArray(value) && value.every((item) => typeof item === 'function'),
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
        isHint: true,
      },
    ],
    fallback: inDevelopment,
  }),
  path: option(panelPath, { env: 'OTEL_PANEL_PATH', fallback: '_otel' }),
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
  slowMs: option(numberBetween(0, 86_400_000), {
    fallback: (lookup) => lookup('typeorm.slowQueryMs') as number,
  }),
  nPlusOne: group({
    min: option(integer(2), { fallback: 5 }),
    minTotalMs: option(numberBetween(0, 86_400_000), { fallback: 0 }),
  }),
  links: panelLinksSchema,
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
