/** Headers as a flat list: a name, its value, the next name, and so on. */
export type HeaderList = unknown[];

/** Of several headers of the name the last: whoever adds one, adds it at the end. */
export function findInList(headers: HeaderList, name: string): string | undefined {
  const index = headers.findLastIndex((item, at) => at % 2 === 0 && isNamed(item, name));
  return index === -1 ? undefined : String(headers[index + 1]);
}

/** What is already there is replaced: two headers of the name would be malformed. */
export function setInList(headers: HeaderList, name: string, value: string): void {
  for (let at = headers.length - 2; at >= 0; at -= 2) {
    if (isNamed(headers[at], name)) headers.splice(at, 2);
  }
  headers.push(name, value);
}

/** The name that is looked for has to be in lower case. */
export function isNamed(header: unknown, name: string): boolean {
  return String(header).toLowerCase() === name;
}
