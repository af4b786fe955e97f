import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Scalar,
  type Document,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import type { ConfigProblem } from '../../core/errors/otel-config.error.js';
import type { FilePlace, FileValue } from '../schema/file-value.js';
import type { Environment } from '../schema/node.js';
import { substitute } from './substitute.js';

/** Aliases let a few lines stand for millions of values. */
const MAX_VALUES = 20_000;
const MAX_DEPTH = 50;
const MAX_SYNTAX_ERRORS = 10;

export interface ParsedYaml {
  /** Undefined where the file is empty or no YAML. */
  readonly root: FileValue | undefined;
  readonly problems: readonly ConfigProblem[];
}

/** Reads YAML 1.2 with variables, and keeps where every value stands. */
export function parseYaml(text: string, file: string, env: Environment): ParsedYaml {
  const reader = new YamlReader(file, env);
  return { root: reader.read(text), problems: reader.problems };
}

/** Nothing behind it is worth reading. */
class TooMuch extends Error {}

class YamlReader {
  readonly problems: ConfigProblem[] = [];
  private readonly lines = new LineCounter();
  private document: Document | undefined;
  private count = 0;

  constructor(
    private readonly file: string,
    private readonly env: Environment,
  ) {}

  read(text: string): FileValue | undefined {
    try {
      const document = parseDocument(text, {
        version: '1.2',
        schema: 'core',
        merge: true,
        stringKeys: true,
        prettyErrors: false,
        lineCounter: this.lines,
      });
      this.document = document;
      // A tag nobody knows is no more than a warning there; what it stands for would be missing.
      const errors = [...document.errors, ...document.warnings];
      for (const error of errors) this.refuseSyntax(error, text);
      if (errors.length > 0 || document.contents === null) return undefined;
      const root = this.value(document.contents, this.place('', 0), 0);
      return this.problems.length === 0 ? root : undefined;
    } catch (error) {
      if (!(error instanceof TooMuch)) this.refuse(this.place('', 0), `no YAML: ${String(error)}`);
      return undefined;
    }
  }

  private value(node: unknown, place: FilePlace, depth: number): FileValue {
    if (++this.count > MAX_VALUES || depth > MAX_DEPTH) {
      const most = `at most ${MAX_VALUES} values, aliases followed, in at most ${MAX_DEPTH} levels`;
      this.refuse(place, `a configuration has ${most}`);
      throw new TooMuch();
    }
    if (isAlias(node)) {
      const named = node.resolve(this.document as Document);
      if (named !== undefined) return this.value(named, place, depth);
      this.refuse(place, `*${node.source} stands for nothing above it`);
    }
    if (isMap(node)) return this.mapping(node, place, depth);
    if (isSeq(node)) {
      const items = node.items.map((item, index) =>
        this.value(item, this.place(`${place.path}[${index}]`, offsetOf(item)), depth + 1),
      );
      return { value: items.map(({ value }) => value), items, place };
    }
    return isScalar(node) ? this.scalar(node, place) : { value: null, place };
  }

  private mapping(node: YAMLMap, place: FilePlace, depth: number): FileValue {
    const own = new Map<string, FileValue>();
    const merged = new Map<string, FileValue>();
    for (const { key, value } of node.items) {
      const name = String(isScalar(key) ? key.value : key);
      const path = place.path === '' ? name : `${place.path}.${name}`;
      const inner = this.value(value, this.place(path, offsetOf(key)), depth + 1);
      if (isMergeKey(key)) {
        for (const source of inner.items ?? [inner]) {
          for (const [one, found] of source.entries ?? [])
            if (!merged.has(one)) merged.set(one, found);
        }
      } else {
        own.set(name, inner);
      }
    }
    const entries = new Map([...merged, ...own]);
    const plain = Object.fromEntries([...entries].map(([name, { value }]) => [name, value]));
    return { value: plain, entries, place };
  }

  private scalar(node: Scalar, place: FilePlace): FileValue {
    if (typeof node.value !== 'string' || !node.value.includes('$')) {
      return { value: node.value ?? null, place };
    }
    const written = node.value;
    const filled = substitute(written, this.env);
    if ('invalid' in filled) {
      const form = 'a variable is written ${NAME} or ${NAME:-default}, a dollar sign $$';
      const shown = filled.invalid.replace(/:-.*/, ':-…}');
      this.refuse(place, `${shown} is no variable: ${form}`);
      return { value: null, place };
    }
    const isPlain = node.type === Scalar.PLAIN && node.tag === undefined;
    const value = isPlain && filled.text !== written ? this.typed(filled.text) : filled.text;
    return { value, place, written, text: filled.text };
  }

  /** Text without quotes is what it looks like, and never more than one value. */
  private typed(text: string): unknown {
    const trimmed = text.trim();
    for (const tag of this.document?.schema?.tags ?? []) {
      if (tag.collection !== undefined || tag.default !== true || tag.test === undefined) continue;
      if (!tag.test.test(trimmed)) continue;
      const resolved = tag.resolve(trimmed, () => {}, {});
      return isScalar(resolved) ? resolved.value : resolved;
    }
    return text;
  }

  /** What else is wrong with a line mostly follows from the first. */
  private refuseSyntax(error: YAMLError, text: string): void {
    const place = this.place('', error.pos[0]);
    const isKnown = this.problems.some(({ line }) => line === place.line);
    if (isKnown || this.problems.length >= MAX_SYNTAX_ERRORS) return;
    this.refuse(place, sentence(error, text));
  }

  private refuse(place: FilePlace, accepted: string): void {
    this.problems.push({ ...place, shown: '', accepted });
  }

  private place(path: string, offset: number): FilePlace {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1), path };
  }
}

function offsetOf(node: unknown): number {
  return (node as { range?: readonly number[] | null } | null)?.range?.[0] ?? 0;
}

function isMergeKey(key: unknown): boolean {
  return (
    isScalar(key) &&
    (key.value === '<<' || typeof key.value === 'symbol') &&
    key.type === Scalar.PLAIN
  );
}

function sentence({ code, message, pos }: YAMLError, text: string): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here; a configuration is one';
  const said = `no YAML: ${message}`;
  // Braces are for mappings there, and what is meant for a variable is one.
  const start = text.lastIndexOf('\n', pos[0] - 1) + 1;
  const line = text.slice(start).split('\n', 1)[0] ?? '';
  return /(^|[\s:,])[[{].*\$\{/.test(line)
    ? `${said}. Between [ ] and { } a variable has to stand in quotes: "\${NAME}"`
    : said;
}
