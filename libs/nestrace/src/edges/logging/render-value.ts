import { types } from 'node:util';
import { HIDDEN } from '../../core/redaction/secret-values.js';
import { isSecretName } from '../../core/redaction/secret-name.js';
import { factsOf } from './error-facts.js';

/** Characters of one object, and what of it is shown. */
const MAX_LENGTH = 1000;
const MAX_DEPTH = 2;
const MAX_ITEMS = 20;
const MAX_TEXT = 200;

/**
 * A value as text, for people. What that costs is bounded, whatever it is given: an entity with all
 * its relations, a request, a list of thousands. No code of the value runs: getters are named and
 * not called, proxies are not asked. Values under the names of secrets are hidden.
 */
export function renderValue(value: unknown): string {
  if (typeof value === 'string') return value;
  const out = new Output();
  write(value, 0, out);
  return out.text;
}

class Output {
  text = '';

  get isFull(): boolean {
    return this.text.endsWith('…') && this.text.length > MAX_LENGTH;
  }

  add(part: string): void {
    if (this.isFull) return;
    this.text += part;
    if (this.text.length > MAX_LENGTH) this.text = `${this.text.slice(0, MAX_LENGTH)}…`;
  }
}

function write(value: unknown, depth: number, out: Output): void {
  if (typeof value === 'object' && value !== null) writeObject(value, depth, out);
  else if (typeof value === 'string') out.add(`'${cut(value)}'`);
  else if (typeof value === 'function') out.add(describeFunction(value));
  else if (typeof value === 'bigint') out.add(`${value}n`);
  else out.add(String(value));
}

function describeFunction(value: object): string {
  if (types.isProxy(value)) return '[Proxy]';
  const name: unknown = Object.getOwnPropertyDescriptor(value, 'name')?.value;
  return `[Function: ${typeof name === 'string' && name !== '' ? cut(name) : '(anonymous)'}]`;
}

function writeObject(value: object, depth: number, out: Output): void {
  if (types.isProxy(value)) out.add('[Proxy]');
  else if (isError(value)) out.add(describeError(value));
  else if (types.isDate(value)) out.add(describeDate(value));
  else if (types.isRegExp(value)) out.add(cut(RegExp.prototype.toString.call(value)));
  else if (ArrayBuffer.isView(value)) out.add(`[${nameOf(value)} of ${value.byteLength} bytes]`);
  else if (types.isMap(value) || types.isSet(value)) out.add(`[${nameOf(value)} of ${value.size}]`);
  else if (depth > MAX_DEPTH) out.add(Array.isArray(value) ? '[Array]' : `[${nameOf(value)}]`);
  else if (Array.isArray(value)) writeList(value, depth, out);
  else writeProperties(value, depth, out);
}

function writeList(list: readonly unknown[], depth: number, out: Output): void {
  out.add('[');
  const shown = Math.min(list.length, MAX_ITEMS);
  for (let index = 0; index < shown && !out.isFull; index++) {
    out.add(index === 0 ? ' ' : ', ');
    writeProperty(list, `${index}`, depth, out);
  }
  if (list.length > shown) out.add(`, … ${list.length - shown} more`);
  out.add(list.length === 0 ? ']' : ' ]');
}

function writeProperties(value: object, depth: number, out: Output): void {
  const name = nameOf(value);
  if (name !== 'Object') out.add(`${name} `);
  const keys = Object.keys(value);
  out.add('{');
  const shown = Math.min(keys.length, MAX_ITEMS);
  for (let index = 0; index < shown && !out.isFull; index++) {
    const key = keys[index] ?? '';
    out.add(`${index === 0 ? ' ' : ', '}${cut(key)}: `);
    if (isSecretName(key)) out.add(HIDDEN);
    else writeProperty(value, key, depth, out);
  }
  if (keys.length > shown) out.add(`, … ${keys.length - shown} more`);
  out.add(keys.length === 0 ? '}' : ' }');
}

/** Without calling a getter. */
function writeProperty(holder: object, key: string, depth: number, out: Output): void {
  const descriptor = Object.getOwnPropertyDescriptor(holder, key);
  if (descriptor?.get !== undefined) out.add('[Getter]');
  else write(descriptor?.value, depth + 1, out);
}

/** The name of the class; `Object` of what has none. */
function nameOf(value: object): string {
  const prototype = Object.getPrototypeOf(value) as object | null;
  const made: unknown =
    prototype && Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  const name: unknown =
    typeof made === 'function' ? Object.getOwnPropertyDescriptor(made, 'name')?.value : undefined;
  return typeof name === 'string' && name !== '' ? cut(name) : 'Object';
}

function describeError(error: Error): string {
  const { type, message } = factsOf(error);
  return cut(`${type}: ${message}`);
}

/** A date keeps its time where no class of the application has a say in it. */
function describeDate(date: Date): string {
  const time = Date.prototype.getTime.call(date);
  return Number.isNaN(time) ? 'Invalid Date' : new Date(time).toISOString();
}

export function isError(value: unknown): value is Error {
  return types.isNativeError(value) || (!types.isProxy(value) && value instanceof Error);
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
