/**
 * Control characters (https://www.unicode.org/charts/PDF/U0000.pdf, U0080.pdf), line separators, and
 * marks that change the direction of text.
 */
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Symbols for the first 32 control characters stand here in their order. */
const CONTROL_PICTURES = 0x2400;
const DELETE_PICTURE = '\u2421';

/**
 * Names and messages come from outside: a path, a header, an answer of another service. In a terminal
 * they must be seen, not obeyed. Every character stays one column wide.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(CONTROL_PICTURES + code);
    return code === 0x7f ? DELETE_PICTURE : '\ufffd';
  });
}

/** The same for JSON, which escapes only some of them: the text keeps its meaning. */
export function printableJson(json: string): string {
  return json.replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
