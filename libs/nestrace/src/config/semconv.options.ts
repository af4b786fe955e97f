import { oneOf, splitList } from './schema/kind.js';
import { group, option, type EnvBinding } from './schema/node.js';

/**
 * Which attribute names are emitted. Environment: `OTEL_SEMCONV_STABILITY_OPT_IN` with `http/dup`
 * and `database/dup`.
 *
 * @publicApi
 */
export interface SemconvOptions {
  /** `dup` adds the names used before the conventions were stable. @default 'stable' */
  readonly http?: 'stable' | 'dup' | undefined;
  /** `dup` adds the names used before the conventions were stable. @default 'stable' */
  readonly database?: 'stable' | 'dup' | undefined;
}

function optIn(area: 'http' | 'database'): EnvBinding<'stable' | 'dup'> {
  return {
    name: 'OTEL_SEMCONV_STABILITY_OPT_IN',
    parse: (list) => {
      const wishes = splitList(list);
      if (wishes.includes(`${area}/dup`)) return 'dup';
      return wishes.includes(area) ? 'stable' : undefined;
    },
  };
}

export const semconvSchema = group({
  http: option(oneOf('stable', 'dup'), { env: [optIn('http')], fallback: 'stable' }),
  database: option(oneOf('stable', 'dup'), { env: [optIn('database')], fallback: 'stable' }),
});
