import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import {
  boolean,
  integer,
  numberBetween,
  oneOf,
  onlyInCode,
  REFUSED,
  type Kind,
} from './schema/kind.js';
import { feature, option } from './schema/node.js';

/**
 * Traces that are exported although the sampler had left them out, because of how they ended. What
 * the other services did for them is not among it: they were told that the trace is not sampled.
 *
 * @publicApi
 */
export interface SamplingKeepOptions {
  /**
   * On unless the strategy is `never`.
   *
   * @default true
   */
  readonly enabled?: boolean | undefined;
  /**
   * How much is there to be exported. `root` records the request alone, with its route, status,
   * exception and log lines, at twice the cost of a request that is not sampled. `full` records
   * everything, at the cost of a sampled request short of its export.
   *
   * @default 'root'
   */
  readonly spans?: 'root' | 'full' | undefined;
  /**
   * Keep what ends in an error: an answer of 500 and above, an unhandled exception.
   *
   * @default true
   */
  readonly errors?: boolean | undefined;
  /**
   * Keep what takes at least so many milliseconds.
   *
   * @default false
   */
  readonly slowMs?: number | false | undefined;
  /**
   * Keep what you say, asked with the span of the request when it ends, and with `full` for the
   * spans in it, too. One that throws keeps nothing.
   */
  readonly when?: ((span: ReadableSpan) => boolean) | undefined;
  /**
   * With `full`: traces that are open at the same time; of further ones the root alone is recorded.
   *
   * @default 1000
   */
  readonly maxTraces?: number | undefined;
  /**
   * With `full`: spans of all open traces together; further ones are left out.
   *
   * @default 10000
   */
  readonly maxSpans?: number | undefined;
  /**
   * With `full`: milliseconds after which what has been recorded below a root that is still open is
   * let go.
   *
   * @default 60000
   */
  readonly maxAgeMs?: number | undefined;
}

const predicate = onlyInCode<((span: ReadableSpan) => boolean) | undefined>(
  'a function',
  (value) => typeof value === 'function',
);

const anyDuration = numberBetween(0, 86_400_000);
const milliseconds: Kind<number | false> = {
  accepted: 'false or a number of milliseconds',
  check: (value) => (value === false ? false : anyDuration.check(value)),
  parse: () => REFUSED,
};

export const samplingKeepSchema = feature({
  enabled: option(boolean, { fallback: (lookup) => lookup('sampling.strategy') !== 'never' }),
  spans: option(oneOf('root', 'full'), { fallback: 'root' }),
  errors: option(boolean, { fallback: true }),
  slowMs: option<number | false>(milliseconds, { fallback: false }),
  when: option(predicate, { fallback: undefined }),
  maxTraces: option(integer(1, 1_000_000), { fallback: 1000 }),
  maxSpans: option(integer(1, 10_000_000), { fallback: 10_000 }),
  maxAgeMs: option(integer(1, 86_400_000), { fallback: 60_000 }),
});
