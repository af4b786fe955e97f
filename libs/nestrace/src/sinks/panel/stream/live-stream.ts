import type { ServerResponse } from 'node:http';
import type { StreamTick } from '../contract/index.js';
import type { ListQuery, PanelBackend } from '../panel-backend.js';

/** Bytes that wait for a slow reader; more than this is not written to it. */
const MAX_WAITING = 1024 * 1024;
const HEARTBEAT_MS = 15_000;
/** A reader that takes nothing for so long is gone, whatever its connection says. */
const MAX_SILENCE_MS = 60_000;

/** The news of one browser, as Server-Sent Events. */
export class LiveStream {
  private seq: number;
  private status = '';
  private writtenAt: number;
  private blockedSince: number | undefined;

  constructor(
    private readonly response: ServerResponse,
    private readonly backend: PanelBackend,
    private readonly query: ListQuery,
    now: number,
  ) {
    this.seq = query.since ?? 0;
    this.writtenAt = now;
    // Says at once that nothing on the way holds the stream up.
    this.response.write(': open\n\n');
  }

  /** Writes what has happened since the last turn, if anything has. */
  turn(now: number): void {
    if (this.response.writableLength > MAX_WAITING) {
      this.blockedSince ??= now;
      if (now - this.blockedSince > MAX_SILENCE_MS) this.response.destroy();
      return;
    }
    if (this.blockedSince !== undefined) {
      this.blockedSince = undefined;
      this.resync(now);
      return;
    }
    const tick = this.backend.tick({ ...this.query, since: this.seq });
    if (tick === 'resync') this.resync(now);
    else if (this.isNews(tick))
      this.write(`id: ${tick.seq}\nevent: tick\ndata: ${JSON.stringify(tick)}`, now);
    else if (now - this.writtenAt >= HEARTBEAT_MS) this.write(': alive', now);
    if (tick !== 'resync') this.seq = tick.seq;
  }

  end(): void {
    this.response.end();
  }

  private isNews(tick: StreamTick): boolean {
    const { upserts, removed, bootId, matching, counts, export: brief, capture } = tick;
    const status = JSON.stringify([bootId, matching, counts, brief, capture]);
    const isOther = status !== this.status;
    this.status = status;
    return isOther || upserts.length > 0 || removed.length > 0;
  }

  /** The browser reads the whole list again; from here on it hears what comes after that. */
  private resync(now: number): void {
    this.write('event: resync', now);
    this.seq = this.backend.traces({ ...this.query, since: undefined, limit: 1 }).seq;
    this.status = '';
  }

  private write(event: string, now: number): void {
    this.response.write(`${event}\n\n`);
    this.writtenAt = now;
  }
}
