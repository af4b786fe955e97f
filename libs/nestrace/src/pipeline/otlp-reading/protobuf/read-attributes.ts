import { FIXED64, LENGTH_DELIMITED, tag, VARINT } from '../../exporters/otlp/protobuf/wire.js';
import { MAX_KEY_LENGTH, type AttributeBag } from '../attribute-bag.js';
import { ValueBudget, type ReadValue } from '../read-value.js';
import type { ProtoReader } from './proto-reader.js';

const KEY = tag(1, LENGTH_DELIMITED);
const VALUE = tag(2, LENGTH_DELIMITED);

const STRING = tag(1, LENGTH_DELIMITED);
const BOOLEAN = tag(2, VARINT);
const INTEGER = tag(3, VARINT);
const DOUBLE = tag(4, FIXED64);
const ARRAY = tag(5, LENGTH_DELIMITED);
const KEY_VALUES = tag(6, LENGTH_DELIMITED);
const BYTES = tag(7, LENGTH_DELIMITED);
const ITEM = tag(1, LENGTH_DELIMITED);

/** One `KeyValue` of a list of them, where the reader stands. */
export function readAttribute(reader: ProtoReader, bag: AttributeBag, maxLength: number): void {
  if (bag.isFull) {
    reader.skip();
    bag.dropped++;
    return;
  }
  const budget = new ValueBudget(maxLength);
  const [key, value] = readKeyValue(reader.message(), budget, 0);
  bag.set(key, value, maxLength);
  if (budget.isExceeded) bag.dropped++;
}

function readKeyValue(
  reader: ProtoReader,
  budget: ValueBudget,
  depth: number,
): [key: string, value: ReadValue] {
  let key = '';
  let value: ReadValue = null;
  while (reader.next()) {
    if (reader.tag === KEY) key = reader.text(MAX_KEY_LENGTH + 1);
    else if (reader.tag === VALUE) value = readAnyValue(reader.message(), budget, depth);
    else reader.skip();
  }
  return [key, value];
}

/** Of several the last counts. */
function readAnyValue(reader: ProtoReader, budget: ValueBudget, depth: number): ReadValue {
  let value: ReadValue = null;
  while (reader.next()) {
    switch (reader.tag) {
      case STRING:
        value = budget.spend(reader.text(budget.characters));
        break;
      case BOOLEAN:
        value = reader.uint32() !== 0;
        break;
      case INTEGER:
        value = reader.int64();
        break;
      case DOUBLE:
        value = reader.double();
        break;
      case ARRAY:
        value = readItems(reader.message(), budget, depth + 1);
        break;
      case KEY_VALUES:
        value = readKeyValues(reader.message(), budget, depth + 1);
        break;
      case BYTES:
        value = budget.spend(reader.base64(budget.characters));
        break;
      default:
        reader.skip();
    }
  }
  return value;
}

function readItems(reader: ProtoReader, budget: ValueBudget, depth: number): ReadValue[] {
  const items: ReadValue[] = [];
  while (reader.next()) {
    if (reader.tag !== ITEM || !budget.takesItem(depth)) reader.skip();
    else items.push(readAnyValue(reader.message(), budget, depth));
  }
  return items;
}

function readKeyValues(reader: ProtoReader, budget: ValueBudget, depth: number): ReadValue {
  const object = Object.create(null) as Record<string, ReadValue>;
  while (reader.next()) {
    if (reader.tag !== ITEM || !budget.takesItem(depth)) {
      reader.skip();
    } else {
      const [key, value] = readKeyValue(reader.message(), budget, depth);
      object[budget.spend(key)] = value;
    }
  }
  return object;
}
