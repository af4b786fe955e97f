import type { Attributes } from '@opentelemetry/api';

/** One of them, or none. */
export interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  /** 64 bits are text, as the mapping of protobuf to JSON wants them. */
  readonly intValue?: string;
  /** What JSON has no number for is text, too. */
  readonly doubleValue?: number | string;
  readonly bytesValue?: string;
  readonly arrayValue?: { readonly values: readonly AnyValue[] };
  readonly kvlistValue?: { readonly values: readonly KeyValue[] };
}

export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

/** One number past the largest of int64; the smallest is exactly its negative. */
const INT64_END = 2 ** 63;

export function toKeyValues(attributes: Attributes): KeyValue[] {
  return Object.keys(attributes).map((key) => ({ key, value: toAnyValue(attributes[key]) }));
}

/** Whatever has got past the SDK. What OTLP has no type for has an empty value. */
function toAnyValue(value: unknown): AnyValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value === 'boolean') return { boolValue: value };
  return typeof value === 'object' && value !== null ? fromObject(value) : {};
}

function fromNumber(value: number): AnyValue {
  if (Number.isInteger(value) && value >= -INT64_END && value < INT64_END) {
    return { intValue: BigInt(value).toString() };
  }
  return { doubleValue: Number.isFinite(value) ? value : String(value) };
}

function fromObject(value: object): AnyValue {
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  // Array.from() sees the holes.
  if (Array.isArray(value)) return { arrayValue: { values: Array.from(value, toAnyValue) } };
  return { kvlistValue: { values: toKeyValues(value as Attributes) } };
}
