import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { sanitizeAttributes } from '@opentelemetry/core';
import type { ResolvedOtelOptions } from '../../config/resolve-options.js';

export type SpanLimits = ResolvedOtelOptions['limits'];

/** Cuts a text that is too long, also where it is one of several. */
export function cut(value: AttributeValue, maxLength: number): AttributeValue {
  if (typeof value === 'string') return value.slice(0, maxLength);
  if (!Array.isArray(value)) return value;
  const items: readonly unknown[] = value;
  return items.map((item) =>
    typeof item === 'string' ? item.slice(0, maxLength) : item,
  ) as AttributeValue;
}

/** What is kept of the attributes of an event or a link. */
export interface Kept {
  readonly attributes: Attributes;
  readonly count: number;
  readonly dropped: number;
}

/** Copies the attributes of an event or a link, as far as they are fit and there is room for them. */
export function keep(given: Attributes | undefined, maxCount: number, maxLength: number): Kept {
  const attributes: Attributes = {};
  let count = 0;
  let dropped = 0;
  for (const [key, value] of Object.entries(sanitizeAttributes(given))) {
    if (count >= maxCount) {
      dropped++;
    } else {
      attributes[key] = value && cut(value, maxLength);
      count++;
    }
  }
  return { attributes, count, dropped };
}
