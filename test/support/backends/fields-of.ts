/** Everything a span has, by its path: `attributes["http.route"]` is `"/orders"`, for example. */
export type Fields = ReadonlyMap<string, string>;

export function fieldsOf(span: object): Fields {
  const fields = new Map<string, string>();
  for (const [key, value] of Object.entries(span)) add(fields, key, value);
  return fields;
}

function add(fields: Map<string, string>, path: string, value: unknown): void {
  if (Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null)) {
    value.forEach((item, index) => add(fields, `${path}[${index}]`, item));
    return;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, item] of Object.entries(value)) {
      add(fields, /^\w+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`, item);
    }
    return;
  }
  fields.set(path, textOf(value));
}

/** Tells 1 from "1", and 0 from -0. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  if (typeof value === 'string') return JSON.stringify(value);
  return Object.is(value, -0) ? '-0' : String(value);
}
