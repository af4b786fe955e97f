import { inSnakeCase, type FileValue } from './file-value.js';
import { valueInFile } from './file-leaf.js';
import { REFUSED } from './kind.js';
import type { EnvBinding, Environment, Leaf, Lookup, ResolvedFields } from './node.js';
import type { Origin, Report } from './report.js';

type AnyNode = Leaf<unknown> | { node: 'group' | 'feature'; fields: Record<string, AnyNode> };

/** Values that were read from the environment before they were given as options, by their path. */
export type EnvironmentValues = ReadonlyMap<
  string,
  { readonly variable: string; readonly value: unknown }
>;

interface Found {
  readonly value: unknown;
}

/**
 * Fills a schema: for every option the value given in code, else the first environment variable
 * that has a good one, else the one in the file, else the default. Problems and origins go to the
 * report.
 */
export class FieldsResolver {
  private readonly resolved = new Map<string, unknown>();
  private readonly lookup: Lookup = (path) => this.resolved.get(path);

  constructor(
    private readonly env: Environment,
    private readonly report: Report,
    private readonly fromEnvironment: EnvironmentValues = new Map(),
    /** The environment fills only what the file leaves out. */
    private readonly prefersFile = false,
  ) {}

  /** One for which the environment comes after the file. */
  preferringFile(): FieldsResolver {
    return new FieldsResolver(this.env, this.report, this.fromEnvironment, true);
  }

  fields<S>(schema: S, input: unknown, path = '', file?: FileValue): ResolvedFields<S> {
    const fields = schema as Record<string, AnyNode>;
    const given = this.asObject(input, path, 'an object of options');
    this.refuseUnknown(fields, given, path);
    const entries = this.entriesOf(fields, file, path);
    const result: Record<string, unknown> = {};
    for (const [name, node] of Object.entries(fields)) {
      const written = entries?.get(inSnakeCase(name));
      // Left empty is left out.
      const value = written?.value === null ? undefined : written;
      result[name] = this.node(node, given[name], path === '' ? name : `${path}.${name}`, value);
    }
    return result as ResolvedFields<S>;
  }

  private node(node: AnyNode, input: unknown, path: string, file?: FileValue): unknown {
    if (node.node === 'leaf') return this.leaf(node, input, path, file);
    if (node.node === 'group') return this.fields(node.fields, input, path, file);
    const hasSwitch = 'enabled' in node.fields;
    const given =
      typeof input === 'boolean'
        ? hasSwitch && { enabled: input }
        : this.asObject(input, path, 'true, false or an object of options');
    const isSwitch = typeof file?.value === 'boolean';
    const written = isSwitch && file !== undefined ? switchOf(file, hasSwitch) : file;
    this.report.from(path, input === undefined ? this.originIn(file) : { source: 'code' });
    const decides = (this.isOfEnvironment(path, input) ? undefined : input) ?? file?.value;
    this.resolved.set(path, decides);
    const parts = this.fields(node.fields, given || undefined, path, written);
    return { enabled: decides !== false, ...parts };
  }

  /** The weakest is asked first: the origin that is written last is that of the value. */
  private leaf(leaf: Leaf<unknown>, input: unknown, path: string, file?: FileValue): unknown {
    const written = valueInFile(leaf.kind, file, path, this.report);
    const given = file !== undefined && this.isHint(leaf, input, path) ? undefined : input;
    const value =
      this.fromCode(leaf, given, path) ??
      this.fromOutside(leaf, path, written) ??
      this.fromEnv(leaf, path, true);
    const final = value === undefined ? this.fromDefault(leaf, path) : value.value;
    this.resolved.set(path, final);
    return final;
  }

  private fromCode(leaf: Leaf<unknown>, input: unknown, path: string): Found | undefined {
    if (input === undefined) return undefined;
    this.report.from(path, this.originOfGiven(path, input));
    const value = leaf.kind.check(input);
    if (value !== REFUSED) return { value };
    this.report.problem(path, input, leaf.kind.accepted);
    return undefined;
  }

  private fromOutside(leaf: Leaf<unknown>, path: string, written?: Found): Found | undefined {
    if (this.prefersFile && written !== undefined) return written;
    const set = this.fromEnv(leaf, path, false);
    if (set === undefined || written === undefined || leaf.joins !== true) return set ?? written;
    return { value: { ...(written.value as object), ...(set.value as object) } };
  }

  /** A variable for a part of a feature has not asked for the feature, whichever way it comes. */
  private isOfEnvironment(path: string, input: unknown): boolean {
    if (this.fromEnvironment.size === 0 || typeof input !== 'object' || input === null)
      return false;
    const parts = Object.entries(input);
    const isKnown = ([name, value]: [string, unknown]): boolean => {
      const inner = `${path}.${name}`;
      return this.fromEnvironment.get(inner)?.value === value || this.isOfEnvironment(inner, value);
    };
    return parts.length > 0 && parts.every(isKnown);
  }

  /** Where a value among the options came from at first. */
  originOfGiven(path: string, input: unknown): Origin {
    const known = this.fromEnvironment.get(path);
    return known !== undefined && known.value === input
      ? { source: 'env', variable: known.variable }
      : { source: 'code' };
  }

  private isHint(leaf: Leaf<unknown>, input: unknown, path: string): boolean {
    const { variable } = this.originOfGiven(path, input);
    return leaf.env.some((binding) => nameOf(binding) === variable && isHint(binding));
  }

  private originIn(file: FileValue | undefined): Origin {
    return file === undefined ? { source: 'default' } : { source: 'file', ...file.place };
  }

  private fromEnv(leaf: Leaf<unknown>, path: string, hints: boolean): Found | undefined {
    for (const binding of leaf.env) {
      if (isHint(binding) !== hints) continue;
      const name = nameOf(binding);
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

  private entriesOf(
    fields: object,
    file: FileValue | undefined,
    path: string,
  ): FileValue['entries'] {
    if (file === undefined) return undefined;
    const names = Object.keys(fields).map(inSnakeCase);
    if (file.entries === undefined) {
      this.report.problemIn(file, `a mapping with any of ${names.join(', ')}`, path);
      return undefined;
    }
    for (const [name, value] of file.entries) {
      if (names.includes(name)) continue;
      const called = names.includes(inSnakeCase(name))
        ? `in a file it is ${inSnakeCase(name)}`
        : `here are ${names.join(', ')}`;
      const accepted = `nothing, there is no such option; ${called}`;
      this.report.problemIn(value, accepted, `${path}.${name}`);
    }
    return file.entries;
  }
}

/** `panel: false` in a file, as the mapping it stands for. */
function switchOf(file: FileValue, hasSwitch: boolean): FileValue {
  return { ...file, entries: new Map(hasSwitch ? [['enabled', file]] : []) };
}

type AnyBinding = string | EnvBinding<unknown>;

function nameOf(binding: AnyBinding): string {
  return typeof binding === 'string' ? binding : binding.name;
}

function isHint(binding: AnyBinding): boolean {
  return typeof binding !== 'string' && binding.isHint === true;
}
