/** An event of a stream, or a comment, which says only that the other side is alive. */
export type ServerEvent =
  | { readonly kind: 'event'; readonly name: string; readonly data: string }
  | { readonly kind: 'heartbeat' };

/** Reads the format of Server-Sent Events; a chunk may end anywhere, also between `\r` and `\n`. */
export class EventStreamReader {
  private rest = '';

  /** What has become complete with this chunk. */
  read(chunk: string): ServerEvent[] {
    const blocks = `${this.rest}${chunk.replaceAll('\r', '')}`.split('\n\n');
    this.rest = blocks.pop() ?? '';
    return blocks.map(eventOf);
  }
}

function eventOf(block: string): ServerEvent {
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') name = value;
    else if (field === 'data') data.push(value);
  }
  if (data.length === 0 && name === 'message') return { kind: 'heartbeat' };
  return { kind: 'event', name, data: data.join('\n') };
}
