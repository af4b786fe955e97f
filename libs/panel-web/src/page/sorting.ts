/** The column a table is sorted by. */
export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

export type SortValue = number | string | undefined;

/** Numbers begin with the largest, texts with A; the same column again turns it around. */
export function sortedBy(sort: Sort, column: string, isNumeric: boolean): Sort {
  return sort.column === column
    ? { column, descending: !sort.descending }
    : { column, descending: isNumeric };
}

/** What has no value comes last either way; equal rows stay in their order. */
export function sortRows<T>(
  rows: readonly T[],
  valueOf: (row: T) => SortValue,
  descending: boolean,
): T[] {
  return rows.toSorted((a, b) => {
    const [left, right] = [valueOf(a), valueOf(b)];
    if (left === undefined || right === undefined) {
      return Number(left === undefined) - Number(right === undefined);
    }
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : String(left).localeCompare(String(right));
    return descending ? -order : order;
  });
}
