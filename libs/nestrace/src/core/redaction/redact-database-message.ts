/** How databases quote a value in a message: what stands in front of it, and what behind it. */
interface Quotation {
  readonly before: string;
  readonly after: string;
  /** Nothing follows what stands behind the value. */
  readonly atEnd?: boolean;
}

const QUOTATIONS: readonly Quotation[] = [
  // MySQL, MariaDB
  { before: "Duplicate entry '", after: "' for key " },
  { before: "value: '", after: "' for " },
  { before: "value: '", after: "'", atEnd: true },
  // A syntax error quotes the statement from there on, with the values mysql2 has put into it.
  { before: "near '", after: "' at line " },
  // PostgreSQL
  { before: ': "', after: '"', atEnd: true },
  { before: 'value "', after: '" is out of range' },
  // PostgreSQL, SQLite: a syntax error at a literal
  { before: `"'`, after: '"' },
  // SQL Server
  { before: 'duplicate key value is (', after: ')' },
  { before: "value '", after: "' to data type" },
];

/**
 * Takes the values out of the message a database gave its error. Values are not always found by
 * looking for them: databases shorten long ones, and drivers escape them.
 */
export function redactDatabaseMessage(message: string): string {
  return QUOTATIONS.reduce(redact, message);
}

function redact(message: string, { before, after, atEnd = false }: Quotation): string {
  const found = message.indexOf(before);
  if (found === -1 || (atEnd && !message.endsWith(after))) return message;
  const start = found + before.length;
  const end = message.lastIndexOf(after);
  return end < start ? message : `${message.slice(0, start)}?${message.slice(end)}`;
}
