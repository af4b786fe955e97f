import { boolean, inCode, integer, REFUSED, type Kind } from './schema/kind.js';
import { feature, option, type Resolved } from './schema/node.js';

/**
 * CLIENT spans of TypeORM queries, on every DataSource found in the application.
 *
 * @publicApi
 */
export interface TypeOrmOptions {
  /**
   * Milliseconds from which a query is flagged with `nest.db.slow`.
   *
   * @default 100
   */
  readonly slowQueryMs?: number | undefined;
  /**
   * How often the same statement must run under one parent to be flagged with
   * `nest.db.n_plus_one`; `false` turns the detection off.
   *
   * @default 5
   */
  readonly nPlusOneThreshold?: number | false | undefined;
  /**
   * Put the statement on the span. Literals are replaced by `?` unless the statement is
   * parameterised; values of parameters are never part of it.
   *
   * @default true
   */
  readonly captureQueryText?: boolean | undefined;
  /**
   * Put the values of parameters on the span as `db.query.parameter.<index>`. They are user data:
   * leave this off outside of development.
   *
   * @default false
   */
  readonly captureParameters?: boolean | undefined;
  /**
   * Characters of the statement that are kept.
   *
   * @default 4096
   */
  readonly maxQueryTextLength?: number | undefined;
}

const threshold: Kind<number | false> = {
  accepted: 'a whole number of at least 2, or false',
  check: (value) => (value === false ? false : integer(2).check(value)),
  parse: () => REFUSED,
};

export const typeOrmSchema = feature({
  slowQueryMs: option(inCode<number>('a number of at least 0', isPositive), { fallback: 100 }),
  nPlusOneThreshold: option(threshold, { fallback: 5 }),
  captureQueryText: option(boolean, { fallback: true }),
  captureParameters: option(boolean, { fallback: false }),
  maxQueryTextLength: option(integer(16, 1_000_000), { fallback: 4096 }),
});

function isPositive(value: unknown): boolean {
  return typeof value === 'number' && value >= 0;
}

export type ResolvedTypeOrmOptions = Resolved<typeof typeOrmSchema>;
