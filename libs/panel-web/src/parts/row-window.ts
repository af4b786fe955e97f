/** Rows beyond the edge that are drawn already, so that scrolling shows no gaps. */
const OVERSCAN = 12;

/**
 * The rows to draw: what can be seen and a bit more, and the focused one wherever it is, since the
 * focus is lost with the element that has it.
 */
export function rowsToDraw(
  scrollTop: number,
  height: number,
  rowHeight: number,
  count: number,
  focused: number,
): number[] {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - OVERSCAN);
  const last = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + OVERSCAN);
  const rows: number[] = [];
  if (focused >= 0 && focused < Math.min(first, count)) rows.push(focused);
  for (let row = first; row < last; row += 1) rows.push(row);
  if (focused >= last && focused < count) rows.push(focused);
  return rows;
}

/** Where to scroll so that a row is wholly seen; undefined when it is. */
export function scrollTopFor(
  row: number,
  scrollTop: number,
  height: number,
  rowHeight: number,
): number | undefined {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  if (top + rowHeight > scrollTop + height) return top + rowHeight - height;
  return undefined;
}
