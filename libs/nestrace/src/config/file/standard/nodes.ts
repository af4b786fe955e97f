import type { FileValue } from '../../schema/file-value.js';
import type { Report } from '../../schema/report.js';

type Entries = ReadonlyMap<string, FileValue>;

/** The entries of a mapping. Nothing is an empty one; of a name nobody knows it is said. */
export function entriesOf(
  given: FileValue | undefined,
  known: readonly string[],
  report: Report,
): Entries {
  if (given === undefined || given.value === null) return new Map();
  if (given.entries === undefined) {
    report.problemIn(given, `a mapping with any of ${known.join(', ')}`);
    return new Map();
  }
  for (const [name, value] of given.entries) {
    if (!known.includes(name)) report.unused(value, 'is nothing nestrace knows: it is ignored');
  }
  return given.entries;
}

/** The items of a list that has to have some. */
export function itemsOf(given: FileValue | undefined, report: Report): readonly FileValue[] {
  if (given === undefined) return [];
  if (given.items !== undefined && given.items.length > 0) return given.items;
  report.problemIn(given, 'a list with at least one item');
  return [];
}

/** What is one thing of several, told by its name: `- batch: …`. */
export function choiceOf(
  given: FileValue,
  accepted: string,
  report: Report,
): readonly [name: string, value: FileValue] | undefined {
  const [first, ...others] = given.entries ?? [];
  if (first !== undefined && others.length === 0) {
    const { value, entries } = first[1];
    if (value === null || entries !== undefined) return first;
    report.problemIn(first[1], 'a mapping, or nothing');
    return undefined;
  }
  report.problemIn(given, accepted);
  return undefined;
}
