// oxlint-disable no-control-regex -- they are what this file is about

/** Colours and cursor movements of terminals, as loggers put them into messages. */
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/**
 * Control characters (but tab and line feed), and what changes the direction or hides: with those a
 * text from outside could show something else than it says.
 */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** A text of unknown origin as it can be shown: nothing in it is invisible or turns the text around. */
export function printable(text: string): string {
  return text.replace(ANSI, '').replace(UNSEEN, escaped);
}

/** The same on one line, for rows. */
export function printableLine(text: string): string {
  return printable(text).replace(/\s*\n\s*/g, ' ⏎ ');
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
