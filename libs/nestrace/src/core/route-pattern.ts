/** What may stand in the place of a parameter: one segment of a path. */
const SEGMENT = '[^/]+';
const PARAMETER = /:[a-z_$][\w$]*/gi;
/** `*`, and the names Express wants behind it. */
const WILDCARD = /\*(?:[a-z_$][\w$]*)?/gi;

/**
 * Compiles a route as `http.route` has it, or a path, into a test of paths. `:id` stands for one
 * segment, `*` for any run of characters, `{…}` for what may be missing, everything else for itself;
 * letter case counts, a slash at the end does not.
 *
 * What stands between the wildcards is looked for one after the other: as one expression the pattern
 * would try every way to divide a path among them, and paths come from outside.
 */
export function compileRoute(route: string): (path: string) => boolean {
  const parts = withoutSlash(route).split(WILDCARD);
  const [first, ...others] = parts.map(expressionOf);
  const last = others.pop();
  if (first === undefined) return () => false;
  if (last === undefined) {
    const whole = new RegExp(`^${first}$`);
    return (path) => whole.test(withoutSlash(path));
  }
  const start = new RegExp(`^${first}`);
  const middle = others.map((part) => new RegExp(part, 'g'));
  const end = new RegExp(`${last}$`, 'g');
  return (given) => {
    const path = withoutSlash(given);
    let position = start.exec(path)?.[0].length;
    for (const part of middle) position = endOf(part, path, position);
    return endOf(end, path, position) !== undefined;
  };
}

/** Where a part ends that is looked for from a position on. */
function endOf(part: RegExp, path: string, from: number | undefined): number | undefined {
  if (from === undefined) return undefined;
  part.lastIndex = from;
  const found = part.exec(path);
  return found === null ? undefined : found.index + found[0].length;
}

function expressionOf(part: string): string {
  return part
    .split(/([{}])/)
    .map((piece) => (piece === '{' ? '(?:' : piece === '}' ? ')?' : literal(piece)))
    .join('');
}

function literal(text: string): string {
  let expression = '';
  let position = 0;
  for (const { 0: parameter, index } of text.matchAll(PARAMETER)) {
    expression += escape(text.slice(position, index)) + SEGMENT;
    position = index + parameter.length;
  }
  return expression + escape(text.slice(position));
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
