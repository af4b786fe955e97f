import { attributes as attributesKind, REFUSED } from '../../schema/kind.js';
import type { FileValue } from '../../schema/file-value.js';
import type { Report } from '../../schema/report.js';
import { mapping, type OptionTree } from '../option-tree.js';
import { entriesOf, itemsOf } from './nodes.js';

const DETECTION = ['detection/development', 'detection'];
const KNOWN = ['attributes', 'attributes_list', 'schema_url', ...DETECTION];

/** Attributes that are options of their own. */
const OPTIONS: Readonly<Record<string, string>> = {
  'service.name': 'service.name',
  'service.version': 'service.version',
  'service.namespace': 'service.namespace',
  'service.instance.id': 'service.instance_id',
  'deployment.environment.name': 'environment',
};

/** `resource` as the options `service`, `environment` and `resource.attributes`. */
export function readResource(given: FileValue, options: OptionTree, report: Report): void {
  const entries = entriesOf(given, KNOWN, report);
  const schemaUrl = entries.get('schema_url');
  if (schemaUrl !== undefined && schemaUrl.value !== null) {
    report.unused(schemaUrl, 'is not used: nestrace sends no URL of a schema');
  }
  for (const name of DETECTION) {
    const detection = entries.get(name);
    if (detection === undefined) continue;
    report.unused(
      detection,
      'is not used: nestrace finds out about service, host and process by itself, and about nothing else',
    );
  }
  const found = new Map([
    ...listedPairs(entries.get('attributes_list'), report),
    ...listedAttributes(entries.get('attributes'), report),
  ]);
  const others = new Map<string, FileValue>();
  for (const [name, value] of found) {
    const option = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
    if (option === undefined) others.set(name, value);
    else options.set(option, value);
  }
  if (others.size > 0) options.set('resource.attributes', mapping(given.place, others));
}

function listedPairs(list: FileValue | undefined, report: Report): [string, FileValue][] {
  if (list === undefined || list.value === null || list.value === '') return [];
  const pairs = typeof list.value === 'string' ? attributesKind.parse(list.value) : REFUSED;
  if (pairs !== REFUSED) {
    return Object.entries(pairs).map(([name, value]) => [name, { value, place: list.place }]);
  }
  report.problemIn(list, 'key=value pairs separated by commas, values percent-encoded');
  return [];
}

function listedAttributes(given: FileValue | undefined, report: Report): [string, FileValue][] {
  if (given === undefined || given.value === null) return [];
  return itemsOf(given, report).flatMap((item): [string, FileValue][] => {
    const entries = entriesOf(item, ['name', 'value', 'type'], report);
    const name = entries.get('name');
    const value = entries.get('value');
    if (typeof name?.value !== 'string' || name.value === '' || value === undefined) {
      report.problemIn(item, 'a mapping with name and value');
      return [];
    }
    if (value.value === null) return [];
    const type = entries.get('type');
    const isText = type?.value === 'string' && value.text !== undefined;
    const typed = isText ? { ...value, value: value.text } : value;
    return fits(typed, type, report) ? [[name.value, typed]] : [];
  });
}

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  bool: (value) => typeof value === 'boolean',
  int: (value) => Number.isInteger(value),
  double: (value) => typeof value === 'number',
};

/** A value without a type has the one it looks like. */
function fits(value: FileValue, type: FileValue | undefined, report: Report): boolean {
  if (type === undefined || type.value === null) {
    if (attributesKind.check({ value: value.value }) !== REFUSED) return true;
    report.problemIn(value, 'a text, a number, true, false, or a list of one of these');
    return false;
  }
  const name = String(type.value);
  const test = TYPES[name.replace(/_array$/, '')];
  if (test === undefined) {
    const names = Object.keys(TYPES);
    report.problemIn(
      type,
      `one of ${[...names, ...names.map((one) => `${one}_array`)].join(', ')}`,
    );
    return false;
  }
  const values = name.endsWith('_array') ? value.items?.map((item) => item.value) : [value.value];
  if (values !== undefined && values.length > 0 && values.every(test)) return true;
  report.problemIn(value, `a value of the type ${name}`);
  return false;
}
