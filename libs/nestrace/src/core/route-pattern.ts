const PARAMETER = /:[a-z_$][\w$]*/gi;
/** A wildcard that may stand for nothing; every one may, here. */
const OPTIONAL_WILDCARD = /\{(\/?\*[\w$]*)\}/g;
/** `*`, and in the place of whole segments the name Express wants behind it. */
const WILDCARD = /(?<=\/)\*[a-z_$][\w$]*(?=\/|\}|$)|\*/gi;

/**
 * Compiles a route as `http.route` has it, or a path, into a test of paths. `:id` stands for one
 * segment, `*` for any run of characters, `{…}` for what may be missing, everything else for itself;
 * letter case counts, a slash at the end does not.
 *
 * What stands between the wildcards is looked for one after the other: as one expression the pattern
 * would try every way to divide a path among them, and paths come from outside.
 */
export function compileRoute(route: string): (path: string) => boolean {
  const parts = withoutSlash(route.replace(OPTIONAL_WILDCARD, optional)).split(WILDCARD);
  const [first, ...others] = parts.map(expressionOf);
  const last = others.pop();
  if (first === undefined) return () => false;
  if (last === undefined) {
    const whole = new RegExp(route === '/' ? '^/$' : `^${first}/?$`);
    return (path) => whole.test(path);
  }
  const start = new RegExp(`^${first}`);
  const middle = others.map((part) => new RegExp(part, 'g'));
  const end = new RegExp(`${last}/?$`, 'g');
  return (path) => {
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

function optional(_: string, wildcard: string): string {
  return wildcard.startsWith('/') ? '*' : wildcard;
}

function expressionOf(part: string): string {
  if (!isBalanced(part)) return literal(part);
  return part
    .split(/([{}])/)
    .map((piece) => (piece === '{' ? '(?:' : piece === '}' ? ')?' : literal(piece)))
    .join('');
}

function isBalanced(part: string): boolean {
  let depth = 0;
  for (const letter of part) {
    if (letter === '{') depth++;
    else if (letter === '}' && --depth < 0) return false;
  }
  return depth === 0;
}

function literal(text: string): string {
  let expression = '';
  let position = 0;
  for (const { 0: parameter, index } of text.matchAll(PARAMETER)) {
    expression += escape(text.slice(position, index));
    position = index + parameter.length;
    expression += parameterBefore(text[position]);
  }
  return expression + escape(text.slice(position));
}

/**
 * A parameter ends where what is behind it in its segment begins, so that there is one way only to
 * divide a path among the parameters of a segment.
 */
function parameterBefore(next: string | undefined): string {
  return next === undefined || next === '/' ? '[^/]+' : `[^/${escape(next)}]+`;
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
