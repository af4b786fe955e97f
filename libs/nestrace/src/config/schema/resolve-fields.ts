import { REFUSED } from './kind.js';
import type { Environment, Leaf, Lookup, ResolvedFields } from './node.js';
import type { Origin, Report } from './report.js';

type AnyNode = Leaf<unknown> | { node: 'group' | 'feature'; fields: Record<string, AnyNode> };

/** Values that were read from the environment before they were given as options, by their path. */
export type EnvironmentValues = ReadonlyMap<
  string,
  { readonly variable: string; readonly value: unknown }
>;

/**
 * Fills a schema: for every option the value given in code, else the first environment variable
 * that has a good one, else the default. Problems and origins go to the report.
 */
export class FieldsResolver {
  private readonly resolved = new Map<string, unknown>();
  private readonly lookup: Lookup = (path) => this.resolved.get(path);

  constructor(
    private readonly env: Environment,
    private readonly report: Report,
    private readonly fromEnvironment: EnvironmentValues = new Map(),
  ) {}

  fields<S>(schema: S, input: unknown, path = ''): ResolvedFields<S> {
    const fields = schema as Record<string, AnyNode>;
    const given = this.asObject(input, path, 'an object of options');
    this.refuseUnknown(fields, given, path);
    const result: Record<string, unknown> = {};
    for (const [name, node] of Object.entries(fields)) {
      result[name] = this.node(node, given[name], path === '' ? name : `${path}.${name}`);
    }
    return result as ResolvedFields<S>;
  }

  private node(node: AnyNode, input: unknown, path: string): unknown {
    if (node.node === 'leaf') return this.leaf(node, input, path);
    if (node.node === 'group') return this.fields(node.fields, input, path);
    const given =
      typeof input === 'boolean'
        ? 'enabled' in node.fields && { enabled: input }
        : this.asObject(input, path, 'true, false or an object of options');
    this.report.from(path, { source: input === undefined ? 'default' : 'code' });
    this.resolved.set(path, input);
    return { enabled: input !== false, ...this.fields(node.fields, given || undefined, path) };
  }

  private leaf(leaf: Leaf<unknown>, input: unknown, path: string): unknown {
    const value = this.fromCode(leaf, input, path) ?? this.fromEnv(leaf, path);
    const final = value === undefined ? this.fromDefault(leaf, path) : value.value;
    this.resolved.set(path, final);
    return final;
  }

  private fromCode(
    leaf: Leaf<unknown>,
    input: unknown,
    path: string,
  ): { value: unknown } | undefined {
    if (input === undefined) return undefined;
    const value = leaf.kind.check(input);
    if (value === REFUSED) {
      this.report.problem(path, input, leaf.kind.accepted);
      return undefined;
    }
    this.report.from(path, this.originOfGiven(path, input));
    return { value };
  }

  /** Where a value among the options came from at first. */
  originOfGiven(path: string, input: unknown): Origin {
    const known = this.fromEnvironment.get(path);
    return known !== undefined && known.value === input
      ? { source: 'env', variable: known.variable }
      : { source: 'code' };
  }

  private fromEnv(leaf: Leaf<unknown>, path: string): { value: unknown } | undefined {
    for (const binding of leaf.env) {
      const name = typeof binding === 'string' ? binding : binding.name;
      const text = this.env[name]?.trim();
      if (text === undefined || text === '') continue;
      const value =
        typeof binding === 'string' ? leaf.kind.parse(text) : binding.parse(text, this.env);
      if (value === undefined) continue;
      if (value === REFUSED) {
        const said = typeof binding === 'string' ? undefined : binding.accepted;
        const accepted = typeof said === 'function' ? said(text) : said;
        this.report.badVariable(name, text, accepted ?? leaf.kind.accepted);
        continue;
      }
      this.report.from(path, { source: 'env', variable: name });
      return { value };
    }
    return undefined;
  }

  private fromDefault(leaf: Leaf<unknown>, path: string): unknown {
    this.report.from(path, { source: 'default' });
    const { fallback } = leaf;
    return typeof fallback === 'function'
      ? (fallback as (lookup: Lookup) => unknown)(this.lookup)
      : fallback;
  }

  private asObject(input: unknown, path: string, accepted: string): Record<string, unknown> {
    if (input === undefined) return {};
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) {
      return input as Record<string, unknown>;
    }
    this.report.problem(path === '' ? 'options' : path, input, accepted);
    return {};
  }

  private refuseUnknown(fields: object, given: Record<string, unknown>, path: string): void {
    for (const name of Object.keys(given)) {
      if (given[name] === undefined || Object.hasOwn(fields, name)) continue;
      this.report.problem(
        path === '' ? name : `${path}.${name}`,
        given[name],
        `nothing, there is no such option; here are ${Object.keys(fields).join(', ')}`,
      );
    }
  }
}
