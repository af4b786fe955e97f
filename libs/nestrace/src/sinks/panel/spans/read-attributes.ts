import type { Attributes } from '@opentelemetry/api';

/** The first of these attributes that is a text with something in it. */
export function textOf(attributes: Attributes, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = own(attributes, key);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** The first of these attributes that is a number, or a text that is one. */
export function numberOf(attributes: Attributes, ...keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const value = own(attributes, key);
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
  }
  return undefined;
}

export function hasAttribute(attributes: Attributes, ...keys: readonly string[]): boolean {
  return keys.some((key) => own(attributes, key) !== undefined);
}

/** Keys come from outside: `constructor` must not find what every object has. */
function own(attributes: Attributes, key: string): unknown {
  return Object.hasOwn(attributes, key) ? attributes[key] : undefined;
}

/** An attribute as one line of text. */
export function attributeText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null) {
    try {
      return JSON.stringify(value);
    } catch {
      return '[unprintable]';
    }
  }
  return String(value);
}
