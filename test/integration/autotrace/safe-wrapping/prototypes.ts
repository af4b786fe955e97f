/** Every own property of these objects, as it is now. */
export function snapshotOf(objects: Readonly<Record<string, object>>): Snapshot {
  return new Map(
    Object.entries(objects).flatMap(([name, object]) =>
      Reflect.ownKeys(object).map((key) => [
        `${name}.${String(key)}`,
        Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor,
      ]),
    ),
  );
}

export type Snapshot = ReadonlyMap<string, PropertyDescriptor>;

/** Names of the properties that are not exactly what they were. */
export function changesSince(
  before: Snapshot,
  objects: Readonly<Record<string, object>>,
): string[] {
  const now = snapshotOf(objects);
  const names = new Set([...before.keys(), ...now.keys()]);
  return [...names].filter((name) => !isSame(before.get(name), now.get(name)));
}

function isSame(a: PropertyDescriptor | undefined, b: PropertyDescriptor | undefined): boolean {
  const parts = ['value', 'get', 'set', 'writable', 'enumerable', 'configurable'] as const;
  if (a === undefined || b === undefined) return false;
  return parts.every((part) => Object.is(a[part], b[part]));
}
