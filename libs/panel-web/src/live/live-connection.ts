import type { StreamTick } from '../../../nestrace/src/sinks/panel/contract/index.js';
import type { Failure } from '../api/failure.js';
import { openStream } from './open-stream.js';

/** How news come in. */
export type LiveState = 'connecting' | 'streaming' | 'polling' | 'hidden' | 'disconnected';

export interface LiveOptions {
  /** Of the stream, from what is known already. */
  readonly streamUrl: () => string;
  readonly onTick: (tick: StreamTick) => void;
  /** The list has to be read again from the start. */
  readonly onResync: () => void;
  /** Reads what is new; for as long as the stream is held up by a proxy. False: nobody answered. */
  readonly poll: () => Promise<boolean>;
  readonly onState: (state: LiveState, retryInMs?: number) => void;
  readonly onRefused: (failure: Failure) => void;
}

/** A proxy that buffers lets nothing through for longer than this. */
const FIRST_EVENT_MS = 3000;
const POLL_MS = 2000;
/** The server sends a sign of life every 15 seconds. */
const SILENCE_MS = 40_000;
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 10_000;

/**
 * Keeps one stream open while somebody can see the page: browsers open only six connections to one
 * server, and every tab would hold one.
 */
export class LiveConnection {
  private current: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private running = false;

  constructor(private readonly options: LiveOptions) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    document.addEventListener('visibilitychange', this.onVisibility);
    this.onVisibility();
  }

  stop(): void {
    this.running = false;
    document.removeEventListener('visibilitychange', this.onVisibility);
    this.close();
  }

  /** Opens it anew, with another address. */
  restart(): void {
    if (!this.running || document.hidden) return;
    this.close();
    void this.connect();
  }

  private readonly onVisibility = (): void => {
    this.close();
    if (document.hidden) this.options.onState('hidden');
    else void this.connect();
  };

  private close(): void {
    clearTimeout(this.timer);
    this.current?.abort();
    this.current = undefined;
  }

  private async connect(): Promise<void> {
    const controller = new AbortController();
    this.current = controller;
    this.options.onState('connecting');
    this.watch(FIRST_EVENT_MS, () => this.pollInstead());
    const outcome = await openStream(this.options.streamUrl(), controller.signal, (event) => {
      if (this.current !== controller) return;
      this.failures = 0;
      this.watch(SILENCE_MS, () => this.restart());
      this.options.onState('streaming');
      if (event === 'resync') this.options.onResync();
      else if (event !== 'heartbeat') this.options.onTick(event);
    });
    if (this.current !== controller) return;
    if (outcome?.kind === 'refused') this.options.onRefused(outcome);
    this.retry();
  }

  /** One timer at a time: whatever is awaited next replaces what was awaited before. */
  private watch(ms: number, then: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(then, ms);
  }

  private retry(): void {
    this.close();
    const wait = Math.min(RETRY_MIN_MS * 2 ** this.failures, RETRY_MAX_MS);
    // Spread, so that many tabs do not come back in the same moment.
    const jittered = Math.round(wait * (0.75 + Math.random() / 2));
    this.failures += 1;
    this.options.onState('disconnected', jittered);
    this.watch(jittered, () => void this.connect());
  }

  /** Stays with it: a proxy that buffers now will buffer in a minute, too. */
  private pollInstead(): void {
    this.close();
    const turn = async (): Promise<void> => {
      const controller = new AbortController();
      this.current = controller;
      const answered = await this.options.poll();
      if (this.current !== controller) return;
      if (!answered) {
        this.retry();
        return;
      }
      this.failures = 0;
      this.options.onState('polling');
      this.watch(POLL_MS, () => void turn());
    };
    void turn();
  }
}
