import type { Pattern } from '../core/matcher.js';
import { inCode, integer, oneOf, REFUSED, type Kind } from './schema/kind.js';
import { feature, option, type Resolved } from './schema/node.js';

/**
 * How much of an application auto tracing shows.
 *
 * - `minimal`: the handlers of controllers, gateways, resolvers, jobs and events;
 * - `standard`: also guards, pipes, interceptors, filters, middleware and the methods of providers;
 *   many calls of the same method are folded into one span;
 * - `verbose`: also the providers of well-known packages (repositories, `ConfigService`, …), and
 *   nothing is folded.
 *
 * @publicApi
 */
export type AutoTraceLevel = 'minimal' | 'standard' | 'verbose';

/** A method auto tracing could make spans of. @publicApi */
export interface TraceCandidate {
  /** Name of the class, for example `OrdersService`. */
  readonly className: string;
  /** Name of the method, for example `find`. */
  readonly method: string;
  /** Name of the module class it is provided by, where that is one. */
  readonly module: string | undefined;
  /** What Nest uses it as. */
  readonly type:
    'middleware' | 'guard' | 'pipe' | 'interceptor' | 'handler' | 'filter' | 'provider';
}

// oxlint-disable-next-line typescript/no-unsafe-function-type -- any class, abstract ones too
type AnyClass = Function;

/**
 * Picks methods: a class; a name with `*` for anything (`'*Repository'` for a class,
 * `'OrdersService.find*'` for methods) or an expression for `Class.method`; all of a module; or a
 * function.
 *
 * @publicApi
 */
export type TraceTarget =
  | AnyClass
  | Pattern
  | { readonly module: AnyClass | Pattern }
  | { readonly matches: (candidate: TraceCandidate) => boolean };

/**
 * Spans of everything Nest runs, without a decorator.
 *
 * @publicApi
 */
export interface AutoTraceOptions {
  /**
   * Environment: `OTEL_AUTO_TRACE_LEVEL`.
   *
   * @default 'standard'
   */
  readonly level?: AutoTraceLevel | undefined;
  /**
   * Traced although the level would leave it out, for example a repository.
   *
   * @default []
   */
  readonly include?: readonly TraceTarget[] | undefined;
  /**
   * Never traced. It wins over `include`.
   *
   * @default []
   */
  readonly exclude?: readonly TraceTarget[] | undefined;
  /**
   * Spans that took less time and have nothing below them are left out, unless they failed.
   * Milliseconds.
   *
   * @default 0
   */
  readonly minDurationMs?: number | undefined;
  /**
   * How many calls of one method under one parent are shown one by one. Of the further ones the
   * slowest and the failed are kept; the others become one span with `nest.folded.count` and
   * `nest.folded.duration_ms`. `false` shows all.
   *
   * @default 10, but false where the level is "verbose"
   */
  readonly foldAfter?: number | false | undefined;
  /**
   * Spans of one request, job or message in this process. What goes beyond is counted on the first
   * span as `nest.trace.omitted_spans`; outgoing calls are always kept.
   *
   * @default 1000
   */
  readonly maxSpansPerTrace?: number | undefined;
}

const targets = inCode<readonly TraceTarget[]>(
  'a list of classes, names (with * for anything), expressions, { module } or { matches }',
  (value) => Array.isArray(value) && value.every(isTarget),
);

function isTarget(value: unknown): boolean {
  if (isClassOrPattern(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  const { module, matches } = value as { module?: unknown; matches?: unknown };
  return isClassOrPattern(module) || typeof matches === 'function';
}

function isClassOrPattern(value: unknown): boolean {
  return (
    typeof value === 'function' ||
    value instanceof RegExp ||
    (typeof value === 'string' && value !== '')
  );
}

const countOrOff: Kind<number | false> = {
  accepted: 'a whole number of at least 1, or false',
  check: (value) => (value === false ? false : integer(1).check(value)),
  parse: () => REFUSED,
};

const duration = inCode<number>(
  'a number of at least 0',
  (value) => typeof value === 'number' && value >= 0,
);

export const autoTraceSchema = feature({
  level: option(oneOf('minimal', 'standard', 'verbose'), {
    env: 'OTEL_AUTO_TRACE_LEVEL',
    fallback: 'standard',
  }),
  include: option(targets, { fallback: [] }),
  exclude: option(targets, { fallback: [] }),
  minDurationMs: option(duration, { fallback: 0 }),
  foldAfter: option(countOrOff, {
    fallback: (lookup) => (lookup('autoTrace.level') === 'verbose' ? false : 10),
  }),
  maxSpansPerTrace: option(integer(1), { fallback: 1000 }),
});

export type ResolvedAutoTraceOptions = Resolved<typeof autoTraceSchema>;
