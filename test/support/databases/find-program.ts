import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Looks for programs that belong together. A server is often installed where the `PATH` of a user
 * does not lead to, so the folders of the distributions are looked at as well; `*` in them stands
 * for a version, of which the highest is taken.
 */
export function findPrograms<Name extends string>(
  names: readonly Name[],
  furtherFolders: readonly string[],
): Readonly<Record<Name, string>> | undefined {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const folders = [...furtherFolders.flatMap(expand), ...onPath];
  const found: [Name, string][] = [];
  for (const name of names) {
    const place = folders.map((folder) => join(folder, name)).find(isExecutable);
    if (place === undefined) return undefined;
    found.push([name, place]);
  }
  return Object.fromEntries(found) as Record<Name, string>;
}

function expand(folder: string): readonly string[] {
  const [parent, rest] = folder.split('/*/');
  if (parent === undefined || rest === undefined) return [folder];
  try {
    return readdirSync(parent)
      .toSorted((a, b) => Number.parseFloat(b) - Number.parseFloat(a))
      .map((version) => join(parent, version, rest));
  } catch {
    return [];
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
