import { printable, printableLine } from '../format/printable.js';

/** All that could become a heading, emphasis, a link, an image, a table or HTML. */
const SPECIAL = /[\\`*_[\]<>#|~&]/g;

/** Text of unknown origin as plain text of one line. */
export function inline(text: string): string {
  return printableLine(text)
    .replace(SPECIAL, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2')
    .replace(/^([-+=])/, '\\$1');
}

/** `` `text` ``, with as many backticks as it takes. */
export function code(text: string): string {
  const shown = printableLine(text);
  const ticks = '`'.repeat(longestRun(shown) + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') || shown === '' ? ' ' : '';
  return `${ticks}${pad}${shown}${pad}${ticks}`;
}

/** A block that nothing inside can end. */
export function codeBlock(text: string, language = ''): string {
  const shown = printable(text);
  const fence = '`'.repeat(Math.max(3, longestRun(shown) + 1));
  return `${fence}${language}\n${shown}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}

/** Paragraphs, with what is not there left out. */
export function paragraphs(...parts: readonly (string | undefined)[]): string {
  return `${parts.filter((part) => part !== undefined && part !== '').join('\n\n')}\n`;
}

/** `- **name** value`, one per line. */
export function facts(entries: readonly (readonly [string, string | undefined])[]): string {
  return entries
    .flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [`- **${name}** ${value}`],
    )
    .join('\n');
}
