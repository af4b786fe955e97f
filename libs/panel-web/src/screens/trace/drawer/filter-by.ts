/** Queries have a limit, and a text that long was not meant to be searched for. */
const LONGEST = 200;

/** The query that finds traces with this attribute; undefined where there is none that could. */
export function filterBy(key: string, value: string): string | undefined {
  if (value === '' || key.length + value.length > LONGEST) return undefined;
  const name = /^[\w.+@/$-]+$/.test(key) ? key : quoted(key);
  return `attr.${name}:=${/^[\w.+@/-]+$/.test(value) ? value : quoted(value)}`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, String.raw`\$&`)}"`;
}
