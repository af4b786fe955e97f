/** A table in Markdown, which is readable as it is. Numbers are to the right. */
export function table(rows) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => columns.map((column) => String(row[column] ?? '')));
  const widths = columns.map((column, index) =>
    Math.max(3, column.length, ...cells.map((line) => line[index].length)),
  );
  const isNumeric = columns.map((_, index) =>
    cells.every((line) => /^[-–\d.]*$/.test(line[index])),
  );
  const line = (values) =>
    `| ${values.map((value, i) => (isNumeric[i] ? value.padStart(widths[i]) : value.padEnd(widths[i]))).join(' | ')} |`;
  const rule = widths.map((width, i) =>
    isNumeric[i] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [line(columns), line(rule), ...cells.map(line)].join('\n');
}
