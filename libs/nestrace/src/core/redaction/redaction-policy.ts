import { BoundedMap } from '../bounded-map.js';
import { compilePatterns, type Pattern } from '../matcher.js';
import { isCardNumberValue } from './card-number.js';
import { isSecretName } from './secret-name.js';
import { SecretFinder, type SecretKinds } from './secret-values.js';

export interface RedactionRules extends SecretKinds {
  /** Names whose values are hidden, besides those that look like a secret. */
  readonly keys: readonly Pattern[];
  /** Names that are not hidden for their look. */
  readonly show: readonly Pattern[];
  /** Texts of these forms are hidden wherever they stand. */
  readonly patterns: readonly RegExp[];
  /** Says what is shown in place of a value; `undefined` hides it. */
  readonly redact: ((key: string, value: unknown) => unknown) | undefined;
  /** Names whose values cannot be secret: what nestrace itself has put there. */
  readonly harmless: (key: string) => boolean;
  /** Names whose values are few and come again and again: statements, names of browsers. */
  readonly repeating: (key: string) => boolean;
  /** Names whose values are hidden for another reason than their look, with the name of that. */
  readonly alsoHidden: (key: string) => string | undefined;
}

/** Rules that hid a whole value, by its name. */
export type HidingRules = Readonly<Record<string, string>>;

/** What is known about a name. */
interface Verdict {
  /** Hides whatever it is. */
  readonly rule: string | undefined;
  /** The rule is the look of the name: whether something is so is no secret. */
  readonly showsFlags: boolean;
  readonly isHarmless: boolean;
  readonly isRepeating: boolean;
}

/** The names are few, unless somebody makes them up. */
const MAX_NAMES = 2000;
const MAX_TEXTS = 1000;
const MAX_REMEMBERED = 4096;
/** Nobody may make us search through megabytes; what is not looked at is not shown. */
const MAX_LENGTH = 65_536;
const MAX_ITEMS = 4096;

/**
 * Takes out of values what must not be shown. Never throws: what cannot be judged is hidden. Where
 * nothing is hidden nothing is made, since every attribute of every span comes through here.
 */
export class RedactionPolicy {
  private readonly verdicts = new BoundedMap<string, Verdict>(MAX_NAMES);
  /** Texts that were looked at, by what is shown of them. */
  private readonly texts = new BoundedMap<string, string>(MAX_TEXTS);
  private readonly isNamed: (key: string) => boolean;
  private readonly isShown: (key: string) => boolean;
  private readonly patterns: readonly RegExp[];
  private readonly finder: SecretFinder;
  /** Then every value is looked at, harmless or not. */
  private readonly looksAtAll: boolean;
  /** What has hidden the last value as a whole. */
  private hiddenBy: string | undefined;

  constructor(private readonly rules: RedactionRules) {
    this.isNamed = compilePatterns(rules.keys);
    this.isShown = compilePatterns(rules.show);
    this.finder = new SecretFinder(rules);
    this.patterns = rules.patterns.map(({ source, flags }) => {
      return new RegExp(source, `${flags.replace(/[gy]/g, '')}g`);
    });
    this.looksAtAll = this.patterns.length > 0 || rules.redact !== undefined;
  }

  get replacement(): string {
    return this.rules.replacement;
  }

  /** Changes the object itself, where something has to be hidden. */
  clean(values: Record<string, unknown>): HidingRules | undefined {
    let rules: Record<string, string> | undefined;
    for (const key in values) {
      const verdict = this.verdicts.get(key) ?? this.judge(key);
      if (verdict.isHarmless) continue;
      const value = values[key];
      const shown = this.show(key, value, verdict);
      if (shown === value) continue;
      values[key] = shown;
      if (this.hiddenBy !== undefined) (rules ??= nullObject())[key] = this.hiddenBy;
    }
    return rules;
  }

  /** Leaves the object as it is; returns the very same one where nothing has to be hidden. */
  cleaned<V extends Readonly<Record<string, unknown>>>(
    values: V,
  ): { readonly values: V; readonly rules: HidingRules | undefined } {
    let copy: Record<string, unknown> | undefined;
    let rules: Record<string, string> | undefined;
    for (const key in values) {
      const value = values[key];
      const shown = this.value(key, value);
      if (shown === value) continue;
      copy ??= Object.assign(nullObject<unknown>(), values);
      copy[key] = shown;
      if (this.hiddenBy !== undefined) (rules ??= nullObject())[key] = this.hiddenBy;
    }
    return { values: (copy ?? values) as V, rules };
  }

  /** What is shown of one value. */
  value(key: string, value: unknown): unknown {
    const verdict = this.verdicts.get(key) ?? this.judge(key);
    if (!verdict.isHarmless) return this.show(key, value, verdict);
    this.hiddenBy = undefined;
    return value;
  }

  /** A text that stands alone: the message of a status, the name of a span. */
  text(key: string, text: string): string {
    const shown = this.value(key, text);
    return typeof shown === 'string' ? shown : this.rules.replacement;
  }

  private judge(key: string): Verdict {
    const byRule = this.isNamed(key) ? 'redaction.keys' : this.rules.alsoHidden(key);
    const byLook =
      byRule === undefined && !this.isShown(key) && isSecretName(key, !this.rules.emails)
        ? 'secret name'
        : undefined;
    const verdict: Verdict = {
      rule: byRule ?? byLook,
      showsFlags: byLook !== undefined,
      isHarmless: (byRule ?? byLook) === undefined && !this.looksAtAll && this.rules.harmless(key),
      isRepeating: this.rules.repeating(key),
    };
    this.verdicts.set(key, verdict);
    return verdict;
  }

  private show(key: string, value: unknown, verdict: Verdict): unknown {
    this.hiddenBy = undefined;
    if (verdict.rule !== undefined) {
      return verdict.showsFlags && typeof value === 'boolean' ? value : this.hidden(verdict.rule);
    }
    const { redact } = this.rules;
    if (redact === undefined) return this.look(value, verdict);
    let shown: unknown;
    try {
      shown = redact(key, value);
    } catch {
      shown = undefined;
    }
    if (!isValue(shown)) return this.hidden('redaction.redact');
    return this.look(shown, verdict);
  }

  private hidden(rule: string): string {
    this.hiddenBy = rule;
    return this.rules.replacement;
  }

  private look(value: unknown, verdict: Verdict): unknown {
    if (typeof value === 'string') return this.lookAtText(value, verdict.isRepeating);
    if (typeof value === 'number') {
      return this.rules.cardNumbers && isCardNumberValue(value)
        ? this.hidden('card number')
        : value;
    }
    return Array.isArray(value) ? this.lookAtList(value) : value;
  }

  /** Lists have texts only, or none: what is not made of one kind no attribute can be. */
  private lookAtList(list: readonly unknown[]): unknown {
    let copy: unknown[] | undefined;
    if (list.length > MAX_ITEMS) copy = list.slice(0, MAX_ITEMS);
    const { length } = copy ?? list;
    for (let index = 0; index < length; index++) {
      const item = list[index];
      const shown =
        typeof item === 'string' || typeof item === 'number' ? this.look(item, PLAIN) : item;
      // NaN is not itself, and no reason to make texts of numbers.
      if (!Object.is(shown, item)) (copy ??= [...list])[index] = shown;
    }
    this.hiddenBy = undefined;
    if (copy === undefined) return list;
    // A list of numbers with a text in it would be none that an exporter takes.
    return typeof list[0] === 'number' ? copy.map(String) : copy;
  }

  private lookAtText(text: string, isRepeating: boolean): string {
    if (!isRepeating || text.length > MAX_REMEMBERED) return this.search(text);
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    const shown = this.search(text);
    if (this.hiddenBy === undefined) this.texts.set(text, shown);
    return shown;
  }

  private search(text: string): string {
    const { finder, patterns } = this;
    const cut = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
    let shown = finder.hide(cut);
    let { rule } = finder;
    for (const pattern of patterns) {
      const replaced = shown.replace(pattern, () => this.rules.replacement);
      if (replaced !== shown) rule ??= 'redaction.patterns';
      shown = replaced;
    }
    if (shown === this.rules.replacement) this.hiddenBy = rule;
    return shown;
  }
}

const PLAIN: Verdict = Object.freeze({
  rule: undefined,
  showsFlags: false,
  isHarmless: false,
  isRepeating: false,
});

/** A promise, or another thing that is no value of an attribute, cannot be shown. */
function isValue(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  return typeof value !== 'object' || Array.isArray(value);
}

/** Names come from outside; one of them may be `__proto__`. */
function nullObject<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}
