import { boundedText } from '../bounded-text.js';
import { MalformedMessage } from '../reading.js';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Only what stands in the message, nothing objects have from elsewhere. `null` means absent. */
export function field(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A list without which the rest makes no sense. */
export function requiredList(object: JsonObject, name: string): readonly unknown[] {
  const value = field(object, name);
  if (value === undefined || Array.isArray(value)) return value ?? [];
  throw new MalformedMessage(`"${name}" is not a list`);
}

export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function textOf(value: unknown, maxLength: number): string {
  return typeof value === 'string' ? boundedText(value, maxLength) : '';
}

/** An id in hexadecimal: here OTLP departs from the mapping of protobuf to JSON. */
export function idOf(value: unknown): string {
  if (value === undefined || value === '') return '';
  return typeof value === 'string' && /^[\da-f]{16,32}$/i.test(value)
    ? value.toLowerCase()
    : 'not an id';
}

/** A number, the same as text, or a name of an enumeration. */
export function numberOf(value: unknown, names: Readonly<Record<string, number>> = {}): number {
  if (typeof value === 'number' && value >= 0) return Math.min(Math.trunc(value), 0xffff_ffff);
  if (typeof value !== 'string') return 0;
  if (Object.hasOwn(names, value)) return names[value] ?? 0;
  return /^\d{1,10}$/.test(value) ? Math.min(Number(value), 0xffff_ffff) : 0;
}

/** 64 bits: as text, or as a number of JSON that may not be exact. */
export function integerOf(value: unknown): bigint | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return BigInt(Math.trunc(value));
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined;
}
