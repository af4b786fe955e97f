import { MalformedMessage } from '../reading.js';

/** A request takes 13 levels to its attributes, and four for each level of a nested value. */
const MAX_JSON_DEPTH = 64;

/** Objects and lists of a request of 4 MiB whose spans have nothing but attributes. */
const MAX_CONTAINERS = 400_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LIST_START = 0x5b;
const LIST_END = 0x5d;
const OBJECT_START = 0x7b;
const OBJECT_END = 0x7d;

/**
 * Parses JSON that may have been made to hurt: what nests deeper, or has more objects and lists,
 * than any request of OTLP is refused before anything is made of it.
 */
export function parseJson(text: string): unknown {
  checkShape(text);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new MalformedMessage(`it is not JSON: ${(error as Error).message}`);
  }
}

function checkShape(text: string): void {
  let depth = 0;
  let containers = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      index = endOfString(text, index);
    } else if (code === OBJECT_START || code === LIST_START) {
      if (++depth > MAX_JSON_DEPTH) throw new MalformedMessage('it is nested too deep');
      if (++containers > MAX_CONTAINERS) throw new MalformedMessage('it has too many parts');
    } else if (code === OBJECT_END || code === LIST_END) {
      depth--;
    }
  }
}

/** The place of the closing quote. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === BACKSLASH) index++;
    else if (code === QUOTE) return index;
  }
  return text.length;
}
