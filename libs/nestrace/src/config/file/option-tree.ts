import type { FilePlace, FileValue } from '../schema/file-value.js';

/** Options by their names in a file, gathered from wherever they stand. */
export class OptionTree {
  private root: FileValue;

  constructor(place: FilePlace) {
    this.root = mapping(place, new Map());
  }

  get value(): FileValue {
    return this.root;
  }

  /** Puts a value where its option is: `batch.max_queue_size`. Nothing and null are left out. */
  set(option: string, value: FileValue | undefined): void {
    if (value === undefined || value.value === null) return;
    const inner = option
      .split('.')
      .reduceRight<FileValue>((one, name) => mapping(value.place, new Map([[name, one]])), value);
    this.root = merged(this.root, inner);
  }
}

export function mapping(place: FilePlace, entries: ReadonlyMap<string, FileValue>): FileValue {
  const value = Object.fromEntries([...entries].map(([name, one]) => [name, one.value]));
  return { value, entries, place };
}

export function list(place: FilePlace, items: readonly FileValue[]): FileValue {
  return { value: items.map(({ value }) => value), items, place };
}

/** What is in both is joined, all the way down; the second wins. */
export function merged(first: FileValue, second: FileValue): FileValue {
  if (first.entries === undefined || second.entries === undefined) return second;
  const entries = new Map(first.entries);
  for (const [name, value] of second.entries) {
    const other = entries.get(name);
    entries.set(name, other === undefined ? value : merged(other, value));
  }
  return mapping(first.place, entries);
}
