import type { AttributeValue } from '@opentelemetry/api';
import { boundedText } from './bounded-text.js';

/** `AnyValue` as both encodings are read into it; `null` is one without a value. */
export type ReadValue =
  string | number | boolean | null | readonly ReadValue[] | { readonly [key: string]: ReadValue };

/** https://opentelemetry.io/docs/specs/otel/common/#anyvalue sets none; nobody means it deeper. */
const MAX_DEPTH = 8;

const MAX_ITEMS = 1000;

/** What one value may take in all, however it is nested. */
export class ValueBudget {
  /** Something was left out. */
  isExceeded = false;
  private items = MAX_ITEMS;

  constructor(public characters: number) {}

  /** Whether one more item has room. */
  takesItem(depth: number): boolean {
    if (this.items > 0 && depth < MAX_DEPTH) {
      this.items--;
      return true;
    }
    this.isExceeded = true;
    return false;
  }

  spend(text: string): string {
    this.characters = Math.max(0, this.characters - text.length);
    return text;
  }
}

/** A whole number of 64 bits; as text where a number would not be exact. */
export function exactNumber(value: bigint): number | string {
  const number = Number(value);
  return BigInt(number) === value ? number : String(value);
}

/** Attributes know neither objects nor mixed lists: those become JSON. */
export function toAttributeValue(value: ReadValue, maxLength: number): AttributeValue {
  if (value === null) return '';
  if (typeof value !== 'object') return value;
  if (Array.isArray(value) && isUniform(value)) return value as string[];
  return boundedText(JSON.stringify(value), maxLength);
}

function isUniform(items: readonly ReadValue[]): boolean {
  const first = items.find((item) => item !== null) ?? null;
  if (typeof first === 'object' && first !== null) return false;
  return items.every((item) => item === null || typeof item === typeof first);
}
