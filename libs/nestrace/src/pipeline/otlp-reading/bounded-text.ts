/** The first characters of a text, no half of a pair at the end. */
export function boundedText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const last = text.charCodeAt(maxLength - 1);
  const isHalf = last >= 0xd800 && last < 0xdc00;
  // A slice would keep the whole text in memory, which may be megabytes.
  const head = text.slice(0, Math.max(0, isHalf ? maxLength - 1 : maxLength));
  return Buffer.from(head, 'utf16le').toString('utf16le');
}
