import type { Kind, REFUSED } from './kind.js';

/** The environment as the resolver reads it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads an option that is already resolved, by its path. */
export type Lookup = (path: string) => unknown;

/** How one environment variable gives the value of an option. */
export interface EnvBinding<T> {
  readonly name: string;
  /** What the variable accepts where it differs from the option, in answer to what it was given. */
  readonly accepted?: string | ((text: string) => string);
  /** It is set for other reasons, and no more than a guess at what is meant: a file wins over it. */
  readonly isHint?: true;
  /** `undefined` means: this variable says nothing about this option. */
  readonly parse: (text: string, env: Environment) => T | typeof REFUSED | undefined;
}

/** One option. */
export interface Leaf<T> {
  readonly node: 'leaf';
  readonly kind: Kind<T>;
  readonly env: readonly (string | EnvBinding<T>)[];
  readonly fallback: T | ((lookup: Lookup) => T);
  /** Names and values: those of the environment are added to those of the file. */
  readonly joins?: boolean | undefined;
}

/**
 * Options that belong together. A feature is a group that may also be `true` or `false`: it is on
 * unless it says otherwise, or has an option `enabled` of its own to decide that. Its lookup by path
 * tells what was given.
 */
export interface Group<S extends Fields> {
  readonly node: 'group' | 'feature';
  readonly fields: S;
}

export type Fields = Readonly<Record<string, Leaf<never> | Group<never>>>;

/** The complete form of a schema: every leaf has a value, a feature also says whether it is on. */
export type Resolved<N> =
  N extends Leaf<infer T>
    ? T
    : N extends { readonly node: 'feature'; readonly fields: infer S }
      ? ResolvedFields<S> & { readonly enabled: boolean }
      : N extends { readonly fields: infer S }
        ? ResolvedFields<S>
        : never;

export type ResolvedFields<S> = { readonly [K in keyof S]: Resolved<S[K]> };

interface LeafParts<T> {
  readonly env?: string | readonly (string | EnvBinding<T>)[];
  readonly fallback: T | ((lookup: Lookup) => T);
  readonly joins?: boolean;
}

export function option<T>(kind: Kind<T>, parts: LeafParts<NoInfer<T>>): Leaf<T> {
  const env = parts.env ?? [];
  return {
    node: 'leaf',
    kind,
    env: typeof env === 'string' ? [env] : env,
    fallback: parts.fallback,
    joins: parts.joins,
  };
}

export function group<const S>(fields: S): { readonly node: 'group'; readonly fields: S } {
  return { node: 'group', fields };
}

export function feature<const S>(fields: S): { readonly node: 'feature'; readonly fields: S } {
  return { node: 'feature', fields };
}
