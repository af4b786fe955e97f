import type { OtlpSpan } from '../receivers/otlp-span.js';

/**
 * A span as OTLP can carry it. It has no half of a surrogate pair, no sign on a whole zero, and one
 * "nothing" for what JavaScript has two of.
 */
export function carriedByOtlp(span: OtlpSpan): OtlpSpan {
  return carried(span) as OtlpSpan;
}

function carried(value: unknown): unknown {
  if (typeof value === 'string') return Buffer.from(value).toString();
  if (Object.is(value, -0)) return 0;
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(carried);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, carried(item)]));
}
