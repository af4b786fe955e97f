import type { StreamTick } from '../../../nestrace/src/sinks/panel/contract/index.js';
import type { Failure } from '../api/failure.js';
import { authorization, failureOf } from '../api/request.js';
import { EventStreamReader, type ServerEvent } from './event-stream.js';

export type LiveEvent = StreamTick | 'resync' | 'heartbeat';

/**
 * Reads a stream to its end. Fetch, not EventSource: that one can send no token. Never throws;
 * returns why it was not let in.
 */
export async function openStream(
  url: string,
  signal: AbortSignal,
  onEvent: (event: LiveEvent) => void,
): Promise<Failure | undefined> {
  try {
    const headers = { accept: 'text/event-stream', ...authorization() };
    const response = await fetch(url, { headers, signal, cache: 'no-store' });
    if (!response.ok || response.body === null) {
      const text = await response.text();
      return failureOf(response.status, jsonOf(text), text);
    }
    await readAll(response.body, (event) => {
      const live = liveEventOf(event);
      if (live !== undefined) onEvent(live);
    });
  } catch {
    // Called off, or the process went away: both end the stream.
  }
  return undefined;
}

async function readAll(
  body: ReadableStream<Uint8Array>,
  onEvent: (event: ServerEvent) => void,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const events = new EventStreamReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const event of events.read(decoder.decode(value, { stream: true }))) onEvent(event);
  }
}

function liveEventOf(event: ServerEvent): LiveEvent | undefined {
  if (event.kind === 'heartbeat') return 'heartbeat';
  if (event.name === 'resync') return 'resync';
  if (event.name !== 'tick') return undefined;
  return jsonOf(event.data) as StreamTick | undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
