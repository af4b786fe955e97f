import { BoundedMap } from '../bounded-map.js';
import { compilePatterns, type Pattern } from '../matcher.js';
import { isSecretKey } from './redact-query.js';
import { HIDDEN, hideSecrets } from './secret-values.js';

export interface RedactionRules {
  /** Names whose values are hidden, besides what looks like a secret. */
  readonly keys: readonly Pattern[];
  /** Texts of these forms are hidden wherever they stand. */
  readonly values: readonly RegExp[];
  /** Says what is shown in place of a value; `undefined` hides it. */
  readonly value: ((key: string, value: unknown) => unknown) | undefined;
  /** Names whose values cannot be secret: what nestrace itself has put there. */
  readonly harmless: (key: string) => boolean;
  /** Names whose values are hidden for another reason than their look, with the name of that. */
  readonly alsoHidden: (key: string) => string | undefined;
  /** Characters of a value. */
  readonly maxLength: (key: string) => number;
  readonly maxCount: number;
}

export type Values = Readonly<Record<string, unknown>>;

export interface RedactedValues<V extends Values> {
  /** The very same object where nothing had to be changed, as is nearly always the case. */
  readonly values: V;
  /** Rules that hid something, by name of the value. */
  readonly rules: Record<string, string> | undefined;
  /** Values there was no room for. */
  readonly omitted: number;
  /** An estimate of the heap they take. */
  readonly bytes: number;
}

/** What is known about a name: the rule that hides it, or whether its values are looked at. */
interface Verdict {
  readonly rule: string | undefined;
  readonly isHarmless: boolean;
  readonly maxLength: number;
}

/** The names are few, unless somebody makes them up. */
const MAX_REMEMBERED = 2000;
const BYTES_PER_VALUE = 48;
const BYTES_PER_ITEM = 16;
const MAX_ITEMS = 1000;

/** Takes out of values what must not be shown. Never throws: what cannot be judged is hidden. */
export class RedactionPolicy {
  private readonly verdicts = new BoundedMap<string, Verdict>(MAX_REMEMBERED);
  private readonly isNamed: (key: string) => boolean;
  private readonly forms: readonly RegExp[];
  /** Then every value is looked at, harmless or not. */
  private readonly looksAtAll: boolean;

  constructor(private readonly rules: RedactionRules) {
    this.isNamed = compilePatterns(rules.keys);
    this.forms = rules.values.map(({ source, flags }) => {
      return new RegExp(source, `${flags.replace(/[gy]/g, '')}g`);
    });
    this.looksAtAll = this.forms.length > 0 || rules.value !== undefined;
  }

  redact<V extends Values>(values: V): RedactedValues<V> {
    let copy: Record<string, unknown> | undefined;
    let rules: Record<string, string> | undefined;
    let count = 0;
    let bytes = 0;
    for (const key in values) {
      if (++count > this.rules.maxCount) {
        copy ??= Object.assign(nullObject<unknown>(), values);
        delete copy[key];
        continue;
      }
      const value = values[key];
      const verdict = this.verdicts.get(key) ?? this.judge(key);
      bytes += BYTES_PER_VALUE;
      if (verdict.isHarmless && typeof value !== 'object') {
        if (typeof value !== 'string') continue;
        if (value.length <= verdict.maxLength) {
          bytes += value.length;
          continue;
        }
      }
      const shown = this.show(key, value, verdict);
      bytes += sizeOf(shown.value);
      if (shown.rule !== undefined) (rules ??= nullObject())[key] = shown.rule;
      if (shown.value === value) continue;
      copy ??= Object.assign(nullObject<unknown>(), values);
      copy[key] = shown.value;
    }
    const omitted = Math.max(0, count - this.rules.maxCount);
    return { values: (copy ?? values) as V, rules, omitted, bytes };
  }

  /** A text that stands alone: the message of a status, the name of a span. */
  text(key: string, text: string): string {
    const { value } = this.show(key, text, this.verdicts.get(key) ?? this.judge(key));
    return typeof value === 'string' ? value : HIDDEN;
  }

  private judge(key: string): Verdict {
    const rule = this.ruleFor(key);
    const verdict = {
      rule,
      isHarmless: rule === undefined && !this.looksAtAll && this.rules.harmless(key),
      maxLength: this.rules.maxLength(key),
    };
    this.verdicts.set(key, verdict);
    return verdict;
  }

  private ruleFor(key: string): string | undefined {
    if (this.isNamed(key)) return 'panel.redact.keys';
    const other = this.rules.alsoHidden(key);
    if (other !== undefined) return other;
    return isSecretKey(key) || COOKIE.test(key) ? 'secret name' : undefined;
  }

  private show(
    key: string,
    value: unknown,
    verdict: Verdict,
  ): { value: unknown; rule?: string | undefined } {
    if (verdict.rule !== undefined) return { value: HIDDEN, rule: verdict.rule };
    const { value: replace } = this.rules;
    let shown = value;
    let rule: string | undefined;
    if (replace !== undefined) {
      try {
        shown = replace(key, value);
      } catch {
        shown = undefined;
      }
      // A promise, or another thing that is no value of an attribute, cannot be shown either.
      const isNone = shown === null || (typeof shown === 'object' && !Array.isArray(shown));
      if (shown === undefined || isNone) return { value: HIDDEN, rule: 'panel.redact.value' };
      if (shown !== value) rule = 'panel.redact.value';
    }
    const clean = this.clean(shown, verdict);
    return { value: clean.value, rule: rule ?? clean.rule };
  }

  private clean(value: unknown, verdict: Verdict): { value: unknown; rule: string | undefined } {
    if (typeof value === 'string') return this.cleanText(value, verdict);
    return Array.isArray(value) ? this.cleanList(value, verdict) : { value, rule: undefined };
  }

  /** All the items together have the room of one text. */
  private cleanList(
    list: readonly unknown[],
    verdict: Verdict,
  ): { value: unknown; rule: string | undefined } {
    const items: unknown[] = [];
    let rule: string | undefined;
    let room = verdict.maxLength;
    for (const item of list) {
      if (room <= 0 || items.length >= MAX_ITEMS) {
        items.push('…');
        break;
      }
      const clean =
        typeof item === 'string'
          ? this.cleanText(item, { ...verdict, maxLength: room })
          : undefined;
      room -= clean?.value.length ?? 0;
      rule ??= clean?.rule;
      items.push(clean === undefined ? item : clean.value);
    }
    const isSame = items.length === list.length && items.every((item, at) => item === list[at]);
    return { value: isSame ? list : items, rule };
  }

  private cleanText(
    text: string,
    { isHarmless, maxLength }: Verdict,
  ): { value: string; rule: string | undefined } {
    // Cut first: nobody may make us search through megabytes.
    const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
    if (isHarmless) return { value: cut, rule: undefined };
    let { text: shown, rule } = hideSecrets(cut);
    for (const pattern of this.forms) {
      const replaced = shown.replace(pattern, HIDDEN);
      if (replaced !== shown) rule ??= 'panel.redact.values';
      shown = replaced;
    }
    return { value: shown, rule };
  }
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (!Array.isArray(value)) return 0;
  return value.reduce<number>((sum, item) => sum + BYTES_PER_ITEM + sizeOf(item), 0);
}

const COOKIE = /(^|[-_.])(set-)?cookies?$/i;

/** Names come from outside; one of them may be `__proto__`. */
function nullObject<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}
