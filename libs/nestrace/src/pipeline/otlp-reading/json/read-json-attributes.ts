import { MAX_KEY_LENGTH, type AttributeBag } from '../attribute-bag.js';
import { boundedText } from '../bounded-text.js';
import { exactNumber, ValueBudget, type ReadValue } from '../read-value.js';
import { field, integerOf, isObject, listOf, textOf, type JsonObject } from './json-fields.js';

/** What JSON has no number for: https://protobuf.dev/programming-guides/json/#field-representation */
const NOT_FINITE: ReadonlySet<string> = new Set(['NaN', 'Infinity', '-Infinity']);

/** A list of `KeyValue`. */
export function readJsonAttributes(list: unknown, bag: AttributeBag, maxLength: number): void {
  for (const pair of listOf(list)) {
    if (bag.isFull || !isObject(pair)) {
      bag.dropped++;
      continue;
    }
    const budget = new ValueBudget(maxLength);
    const value = readJsonValue(field(pair, 'value'), budget, 0);
    bag.set(keyOf(pair), value, maxLength);
    if (budget.isExceeded) bag.dropped++;
  }
}

function keyOf(pair: JsonObject): string {
  return textOf(field(pair, 'key'), MAX_KEY_LENGTH + 1);
}

function readJsonValue(value: unknown, budget: ValueBudget, depth: number): ReadValue {
  if (!isObject(value)) return null;
  for (const kind of Object.keys(value)) {
    const read = value[kind] === null ? null : readAs(kind, value[kind], budget, depth);
    if (read !== null) return read;
  }
  return null;
}

/** What is none of the kinds OTLP knows is `null`. */
function readAs(kind: string, value: unknown, budget: ValueBudget, depth: number): ReadValue {
  switch (kind) {
    case 'stringValue':
    case 'bytesValue':
      return typeof value === 'string' ? cut(value, budget) : null;
    case 'boolValue':
      return typeof value === 'boolean' ? value : null;
    case 'intValue': {
      const integer = integerOf(value);
      return integer === undefined ? null : exactNumber(integer);
    }
    case 'doubleValue':
      return doubleOf(value);
    case 'arrayValue':
      return readItems(valuesOf(value), budget, depth + 1);
    case 'kvlistValue':
      return readKeyValues(valuesOf(value), budget, depth + 1);
    default:
      return null;
  }
}

function cut(text: string, budget: ValueBudget): string {
  return budget.spend(boundedText(text, budget.characters));
}

function doubleOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value === '' || value.length > 32) return null;
  const number = Number(value);
  return Number.isNaN(number) && !NOT_FINITE.has(value) ? null : number;
}

function valuesOf(value: unknown): readonly unknown[] {
  return isObject(value) ? listOf(field(value, 'values')) : [];
}

function readItems(values: readonly unknown[], budget: ValueBudget, depth: number): ReadValue[] {
  const items: ReadValue[] = [];
  for (const value of values) {
    if (!budget.takesItem(depth)) break;
    items.push(readJsonValue(value, budget, depth));
  }
  return items;
}

function readKeyValues(values: readonly unknown[], budget: ValueBudget, depth: number): ReadValue {
  const object = Object.create(null) as Record<string, ReadValue>;
  for (const pair of values) {
    if (!budget.takesItem(depth)) break;
    if (!isObject(pair)) continue;
    const key = budget.spend(keyOf(pair));
    object[key] = readJsonValue(field(pair, 'value'), budget, depth);
  }
  return object;
}
