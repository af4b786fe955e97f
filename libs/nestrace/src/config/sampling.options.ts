import type { Sampler } from '@opentelemetry/sdk-trace';
import type { Pattern } from '../core/matcher.js';
import { boolean, inCode, instanceWith, numberBetween, oneOf, REFUSED } from './schema/kind.js';
import { group, option, type EnvBinding, type Lookup } from './schema/node.js';

/**
 * How the first service of a trace decides.
 *
 * - `always`, `never`: every request, no request;
 * - `ratio`: the given share of all traces, whatever the caller decided;
 * - `parent_based`: as the caller decided, and the given share of traces that start here.
 *
 * @publicApi
 */
export type SamplingStrategy = 'always' | 'never' | 'ratio' | 'parent_based';

/** What an ignore rule sees of a request. */
export interface IgnoreRequest {
  /** Upper case, for example `GET`. */
  readonly method: string;
  /** Path without the query string, as it came in. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * Requests that leave no trace: a path (`/internal/*`), an expression, a path for one method, or a
 * function. A function that throws counts as "do not ignore".
 *
 * @publicApi
 */
export type IgnoreRule =
  | Pattern
  | { readonly path?: Pattern | undefined; readonly method?: string | undefined }
  | ((request: IgnoreRequest) => boolean);

/**
 * Which traces are recorded and exported.
 *
 * @publicApi
 */
export interface SamplingOptions {
  /**
   * Environment: `OTEL_TRACES_SAMPLER`.
   *
   * @default 'parent_based'
   */
  readonly strategy?: SamplingStrategy | undefined;
  /**
   * Share of traces, from 0 to 1. Environment: `OTEL_SAMPLING_RATIO`, `OTEL_TRACES_SAMPLER_ARG`.
   *
   * @default 1, but 0.5 where the environment is "staging" and 0.1 where it is "production"
   */
  readonly ratio?: number | undefined;
  /**
   * A sampler of your own; `strategy` and `ratio` are then not used. It is asked for local roots
   * and for their children, but not below an ignored request or a `@NoTrace()` method.
   */
  readonly sampler?: Sampler | undefined;
  /**
   * Requests that leave no trace, with everything below them.
   *
   * @default []
   */
  readonly ignore?: readonly IgnoreRule[] | undefined;
  /**
   * Also ignore `/health`, `/health/*`, `/healthz`, `/livez`, `/readyz` and `/favicon.ico`, with or
   * without the global prefix.
   *
   * @default true
   */
  readonly ignoreProbes?: boolean | undefined;
}

/** `OTEL_TRACES_SAMPLER` values, https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration */
const NAMED_SAMPLERS: Record<string, { strategy: SamplingStrategy; ratio?: number }> = {
  always_on: { strategy: 'always', ratio: 1 },
  always_off: { strategy: 'never', ratio: 0 },
  traceidratio: { strategy: 'ratio' },
  parentbased_always_on: { strategy: 'parent_based', ratio: 1 },
  parentbased_always_off: { strategy: 'parent_based', ratio: 0 },
  parentbased_traceidratio: { strategy: 'parent_based' },
};

const ACCEPTED_SAMPLERS = Object.keys(NAMED_SAMPLERS).join(', ');

const strategyVariable: EnvBinding<SamplingStrategy> = {
  name: 'OTEL_TRACES_SAMPLER',
  accepted: ACCEPTED_SAMPLERS,
  parse: (value) => NAMED_SAMPLERS[value.toLowerCase()]?.strategy ?? REFUSED,
};

/** The argument counts only together with a sampler that has one; without it the ratio is 1. */
const ratioVariables: readonly EnvBinding<number>[] = [
  {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    parse: (value, env) => {
      const sampler = env['OTEL_TRACES_SAMPLER']?.trim().toLowerCase() ?? '';
      return sampler.endsWith('traceidratio') ? ratioKind.parse(value) : undefined;
    },
  },
  {
    name: 'OTEL_TRACES_SAMPLER',
    accepted: ACCEPTED_SAMPLERS,
    parse: (value) => {
      const named = NAMED_SAMPLERS[value.toLowerCase()];
      return named === undefined ? undefined : (named.ratio ?? 1);
    },
  },
];

const RATIO_BY_ENVIRONMENT: Record<string, number> = {
  staging: 0.5,
  stage: 0.5,
  production: 0.1,
  prod: 0.1,
};

function ratioOfEnvironment(lookup: Lookup): number {
  return RATIO_BY_ENVIRONMENT[String(lookup('environment')).toLowerCase()] ?? 1;
}

const ratioKind = numberBetween(0, 1);

const ignoreRules = inCode<readonly IgnoreRule[]>(
  'a list of paths, expressions, { path, method } objects or functions',
  (value) => Array.isArray(value) && value.every(isIgnoreRule),
);

function isIgnoreRule(value: unknown): boolean {
  if (typeof value === 'function' || isPattern(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  const { path, method, ...rest } = value as Record<string, unknown>;
  return (
    Object.keys(rest).length === 0 &&
    (path !== undefined || method !== undefined) &&
    (path === undefined || isPattern(path)) &&
    (method === undefined || typeof method === 'string')
  );
}

function isPattern(value: unknown): value is Pattern {
  return (typeof value === 'string' && value !== '') || value instanceof RegExp;
}

export const samplingSchema = group({
  strategy: option(oneOf('always', 'never', 'ratio', 'parent_based'), {
    env: [strategyVariable],
    fallback: 'parent_based',
  }),
  ratio: option(ratioKind, {
    env: ['OTEL_SAMPLING_RATIO', ...ratioVariables],
    fallback: ratioOfEnvironment,
  }),
  sampler: option<Sampler | undefined>(
    instanceWith<Sampler>('a Sampler', 'shouldSample', 'toString'),
    { fallback: undefined },
  ),
  ignore: option(ignoreRules, { fallback: [] }),
  ignoreProbes: option(boolean, { fallback: true }),
});
