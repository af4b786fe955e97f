import type { Sampler } from '@opentelemetry/sdk-trace';
import type { Pattern } from '../core/matcher.js';
import { boolean, inCode, instanceWith, numberBetween, oneOf } from './schema/kind.js';
import { group, option, type Lookup, type ResolvedFields } from './schema/node.js';
import type { Report } from './schema/report.js';
import { ratioVariables, samplerVariable, type SamplingStrategy } from './sampler-variables.js';
import { samplingKeepSchema, type SamplingKeepOptions } from './sampling-keep.options.js';
import { samplingRules, type SamplingRule } from './sampling-rules.options.js';

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
   * Environment: `OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG`.
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
   * Ratios for some traces; the first rule that matches counts, and for what matches none `ratio`
   * does. With `parent_based`, what a caller has decided stands before any rule.
   *
   * @default []
   */
  readonly rules?: readonly SamplingRule[] | undefined;
  /**
   * Traces that are exported whatever was decided at their start; `false` keeps none.
   *
   * @default true
   */
  readonly keep?: boolean | SamplingKeepOptions | undefined;
  /**
   * A sampler of your own; `strategy` and `ratio` are then not used, and there can be no `rules`. It
   * is asked for local roots and for their children, but not below an ignored request or a
   * `@NoTrace()` method.
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

const RATIO_BY_ENVIRONMENT: Record<string, number> = {
  staging: 0.5,
  stage: 0.5,
  production: 0.1,
  prod: 0.1,
};

function ratioOfEnvironment(lookup: Lookup): number {
  return RATIO_BY_ENVIRONMENT[String(lookup('environment')).toLowerCase()] ?? 1;
}

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

/** Rules are carried out by the samplers of nestrace; one of the user decides by itself. */
export function checkSampling(
  { rules, sampler }: ResolvedFields<typeof samplingSchema.fields>,
  report: Report,
): void {
  if (sampler === undefined || rules.length === 0) return;
  report.problem('sampling.rules', rules, 'nothing where sampling.sampler decides');
}

export const samplingSchema = group({
  strategy: option(oneOf('always', 'never', 'ratio', 'parent_based'), {
    env: [samplerVariable],
    fallback: 'parent_based',
  }),
  ratio: option(numberBetween(0, 1), {
    env: ['OTEL_SAMPLING_RATIO', ...ratioVariables],
    fallback: ratioOfEnvironment,
  }),
  rules: option(samplingRules, { fallback: [] }),
  keep: samplingKeepSchema,
  sampler: option<Sampler | undefined>(
    instanceWith<Sampler>('a Sampler', 'shouldSample', 'toString'),
    { fallback: undefined },
  ),
  ignore: option(ignoreRules, { fallback: [] }),
  ignoreProbes: option(boolean, { fallback: true }),
});
