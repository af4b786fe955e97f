/** A string with `*` for "anything", or a regular expression. */
export type Pattern = string | RegExp;

/**
 * Compiles patterns into one test. A string has to match the whole text, `*` stands for any run of
 * characters, letter case counts; a regular expression is used as it is.
 */
export function compilePatterns(patterns: readonly Pattern[]): (text: string) => boolean {
  const exact = new Set<string>();
  const tests: ((text: string) => boolean)[] = [];
  for (const pattern of patterns) {
    if (typeof pattern !== 'string') {
      // Without `g` and `y`: with them `test` would remember where it stopped the last time.
      const expression = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
      tests.push((text) => expression.test(text));
    } else if (pattern.includes('*')) {
      tests.push(wildcard(pattern));
    } else {
      exact.add(pattern);
    }
  }
  if (tests.length === 0) return (text) => exact.has(text);
  return (text) => exact.has(text) || tests.some((test) => test(text));
}

/**
 * Looks for the parts between the wildcards one after the other. As an expression the pattern would
 * try every way to divide the text among its wildcards, and texts come from outside.
 */
function wildcard(pattern: string): (text: string) => boolean {
  const parts = pattern.split('*');
  // A pattern with a wildcard has two parts at least.
  const first = parts.shift() as string;
  const last = parts.pop() as string;
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let position = first.length;
    for (const part of parts) {
      const found = text.indexOf(part, position);
      if (found === -1) return false;
      position = found + part.length;
    }
    return position <= end;
  };
}
