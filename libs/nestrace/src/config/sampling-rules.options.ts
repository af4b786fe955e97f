import type { Pattern } from '../core/matcher.js';
import { inCode } from './schema/kind.js';

/**
 * What a trace begins with in this process.
 *
 * - `http`: a request;
 * - `rpc`, `ws`, `graphql`: a message, an event of a gateway, an operation that came without a
 *   request that is traced;
 * - `task`: everything else, as a scheduled job, a listener, the start of the application or a span
 *   of your own outside of any request.
 *
 * @publicApi
 */
export type SamplingTransport = 'http' | 'rpc' | 'ws' | 'graphql' | 'task';

/**
 * What is known where a trace begins in this process, before anything of it has run.
 *
 * @publicApi
 */
export interface SamplingRoot {
  readonly transport: SamplingTransport;
  /** Name of the span; of a request it is no more than its method. */
  readonly name: string;
  /** Of a request: upper case, for example `GET`. */
  readonly method?: string | undefined;
  /** Of a request: its path as it came in, without the query string. */
  readonly path?: string | undefined;
  /** Of a request. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>> | undefined;
}

/**
 * Everything that is named here has to be so.
 *
 * @publicApi
 */
export interface SamplingMatch {
  readonly transport?: SamplingTransport | undefined;
  /** Methods of HTTP, in upper or lower case. */
  readonly method?: string | readonly string[] | undefined;
  /** Path or route of a request, as in {@link SamplingRule.match}. */
  readonly path?: Pattern | undefined;
  /** Name of the span of what is no request: `orders.created`, `ReportsService.daily`. */
  readonly name?: Pattern | undefined;
}

/**
 * How many of certain traces are recorded.
 *
 * @publicApi
 */
export interface SamplingRule {
  /**
   * Which traces. A text that begins with a slash is a path or a route, as `/orders/:id` or
   * `/admin/*`, with a method before it where it is for one only: `POST /orders`. Any other text is
   * the name of what is no request, as `orders.*` for messages; `*` alone is everything. An expression is tried on the path
   * of a request and on the name of anything else. A function that throws does not match.
   *
   * When a request comes in, its route is not known yet. So a route is compared with the path:
   * `:id` stands for one segment, `*` for anything. It is written as it stands in `http.route`, with
   * the global prefix and the version.
   */
  readonly match: Pattern | SamplingMatch | ((root: SamplingRoot) => boolean);
  /** Share of them, from 0 to 1. */
  readonly ratio: number;
}

export const samplingRules = inCode<readonly SamplingRule[]>(
  'a list of { match, ratio }, where match is a path ("POST /orders/:id"), a name, an expression, ' +
    'a function or { transport, method, path, name }, and ratio a number from 0 to 1',
  (value) => Array.isArray(value) && value.every(isRule),
);

const TRANSPORTS: ReadonlySet<unknown> = new Set<SamplingTransport>([
  'http',
  'rpc',
  'ws',
  'graphql',
  'task',
]);

function isRule(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { match, ratio, ...rest } = value;
  const isShare = typeof ratio === 'number' && ratio >= 0 && ratio <= 1;
  return (
    isShare && Object.keys(rest).length === 0 && (typeof match === 'function' || isMatch(match))
  );
}

function isMatch(value: unknown): boolean {
  if (isPattern(value)) return true;
  if (!isObject(value)) return false;
  const { transport, method, path, name, ...rest } = value;
  const given = [transport, method, path, name].filter((part) => part !== undefined);
  return (
    given.length > 0 &&
    Object.keys(rest).length === 0 &&
    (transport === undefined || TRANSPORTS.has(transport)) &&
    (method === undefined || isMethods(method)) &&
    (path === undefined || isPattern(path)) &&
    (name === undefined || isPattern(name))
  );
}

function isMethods(value: unknown): boolean {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((item) => typeof item === 'string' && item !== '');
}

function isPattern(value: unknown): boolean {
  return (typeof value === 'string' && value.trim() !== '') || value instanceof RegExp;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
