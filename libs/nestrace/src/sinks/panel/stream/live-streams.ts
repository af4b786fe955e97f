import { noteFailure } from '../../../core/failures.js';
import type { ListQuery, PanelBackend } from '../panel-backend.js';
import type { Reply } from '../serving/reply.js';
import { LiveStream } from './live-stream.js';

const MAX_STREAMS = 8;
const TURN_MS = 250;

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Compression would hold back what is written until there is more of it; so would nginx.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

/**
 * All open streams. One timer serves them, and runs only while somebody listens. An application
 * that closes waits for its connections: it is these that have to end first.
 */
export class LiveStreams {
  private readonly streams = new Set<LiveStream>();
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(private readonly backend: PanelBackend) {}

  get size(): number {
    return this.streams.size;
  }

  /** Answers with a stream, or says why there is none. */
  open(reply: Reply, query: ListQuery, isOldHttp: boolean): void {
    const problem = this.isClosed
      ? 'the application is closing'
      : this.streams.size >= MAX_STREAMS
        ? `${MAX_STREAMS} pages listen already, and more are not served`
        : undefined;
    if (problem !== undefined) {
      reply.json(503, { reason: problem });
      return;
    }
    // A connection that would be kept for later requests keeps a closing server waiting.
    const headers = isOldHttp ? { ...HEADERS, connection: 'close' } : HEADERS;
    const response = reply.open(headers);
    if (response === undefined) return;
    const stream = new LiveStream(response, this.backend, query, Date.now());
    this.streams.add(stream);
    response.once('close', () => this.forget(stream));
    this.turn(stream);
    this.timer ??= setInterval(() => this.turnAll(), TURN_MS).unref();
  }

  close(): void {
    this.isClosed = true;
    for (const stream of this.streams) stream.end();
    this.streams.clear();
    this.stopTimer();
  }

  private turnAll(): void {
    for (const stream of this.streams) this.turn(stream);
  }

  private turn(stream: LiveStream): void {
    try {
      stream.turn(Date.now());
    } catch (error) {
      noteFailure('panel.stream', error);
    }
  }

  private forget(stream: LiveStream): void {
    this.streams.delete(stream);
    if (this.streams.size === 0) this.stopTimer();
  }

  private stopTimer(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
