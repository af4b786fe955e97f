import type { ResolvedPanelLimits } from '../../config/panel-limits.options.js';
import type { HidingRules, RedactionPolicy } from '../../core/redaction/redaction-policy.js';
import { ATTR_DB_QUERY_TEXT, ATTR_EXCEPTION_STACKTRACE, LEGACY } from '../attributes.js';

/** Statements and stacks are worth more room than other values. */
const EXTRA_LENGTH: Readonly<Record<string, number>> = {
  [ATTR_DB_QUERY_TEXT]: 1.25,
  [LEGACY.DB_STATEMENT]: 1.25,
  [ATTR_EXCEPTION_STACKTRACE]: 2,
};

const BYTES_PER_VALUE = 48;
const BYTES_PER_ITEM = 16;
const MAX_ITEMS = 1000;

type Values = Readonly<Record<string, unknown>>;

export interface PanelValues<V extends Values> {
  /** The very same object where nothing had to be changed, as is nearly always the case. */
  readonly values: V;
  /** Rules that hid something, by name of the value. */
  readonly rules: HidingRules | undefined;
  /** Values there was no room for. */
  readonly omitted: number;
  /** An estimate of the heap they take. */
  readonly bytes: number;
}

/**
 * What the panel keeps of values: bounded, and without what the policy hides. Spans of this process
 * that have ended went through it already.
 */
export class PanelRedaction {
  constructor(
    private readonly policy: RedactionPolicy | undefined,
    private readonly limits: Pick<ResolvedPanelLimits, 'maxValueLength' | 'maxAttributes'>,
  ) {}

  redact<V extends Values>(given: V, isClean = false): PanelValues<V> {
    const bounded = this.bound(given);
    if (isClean || this.policy === undefined) return { ...bounded, rules: undefined };
    return { ...bounded, ...this.policy.cleaned(bounded.values) };
  }

  text(key: string, text: string, isClean = false): string {
    const cut = this.cutText(text, this.maxLength(key));
    return isClean || this.policy === undefined ? cut : this.policy.text(key, cut);
  }

  private maxLength(key: string): number {
    return Math.floor(this.limits.maxValueLength * (EXTRA_LENGTH[key] ?? 1));
  }

  private bound<V extends Values>(values: V): Omit<PanelValues<V>, 'rules'> {
    const { maxAttributes, maxValueLength } = this.limits;
    let copy: Record<string, unknown> | undefined;
    let count = 0;
    let bytes = 0;
    for (const key in values) {
      if (++count > maxAttributes) {
        copy ??= Object.assign(nullObject<unknown>(), values);
        delete copy[key];
        continue;
      }
      const value: unknown = values[key];
      bytes += BYTES_PER_VALUE;
      if (typeof value === 'string' && value.length <= maxValueLength) {
        bytes += value.length;
        continue;
      }
      if (typeof value !== 'string' && typeof value !== 'object') continue;
      const shown = this.cut(value, this.maxLength(key));
      bytes += sizeOf(shown);
      if (shown === value) continue;
      copy ??= Object.assign(nullObject<unknown>(), values);
      copy[key] = shown;
    }
    return { values: (copy ?? values) as V, omitted: Math.max(0, count - maxAttributes), bytes };
  }

  private cut(value: unknown, maxLength: number): unknown {
    if (typeof value === 'string') return this.cutText(value, maxLength);
    return Array.isArray(value) ? this.cutList(value, maxLength) : value;
  }

  private cutText(text: string, maxLength: number): string {
    return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  }

  /** All the items together have the room of one text. */
  private cutList(list: readonly unknown[], maxLength: number): readonly unknown[] {
    const items: unknown[] = [];
    let room = maxLength;
    for (const item of list) {
      if (room <= 0 || items.length >= MAX_ITEMS) {
        items.push('…');
        break;
      }
      const shown = typeof item === 'string' ? this.cutText(item, room) : item;
      if (typeof shown === 'string') room -= shown.length;
      items.push(shown);
    }
    const isSame = items.length === list.length && items.every((item, at) => item === list[at]);
    return isSame ? list : items;
  }
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (!Array.isArray(value)) return 0;
  return value.reduce<number>((sum, item) => sum + BYTES_PER_ITEM + sizeOf(item), 0);
}

/** Names come from outside; one of them may be `__proto__`. */
function nullObject<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}
