import { printableLine } from '../format/printable.js';

/** One argument for a POSIX shell, whatever is in it. */
export function shellQuoted(text: string): string {
  const shown = printableLine(text);
  return /^[\w@%+=:,./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", String.raw`'\''`)}'`;
}
