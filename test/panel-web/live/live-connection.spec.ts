import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StreamTick } from '../../../libs/nestrace/src/sinks/panel/contract/index.js';
import type { Failure } from '../../../libs/panel-web/src/api/failure.js';
import {
  LiveConnection,
  type LiveState,
} from '../../../libs/panel-web/src/live/live-connection.js';

/** A stream whose other end the test holds. */
class FakeStream {
  readonly response: Response;
  private controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor(readonly signal: AbortSignal) {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.controller = controller;
      },
    });
    this.response = new Response(body);
  }

  async send(text: string): Promise<void> {
    this.controller?.enqueue(new TextEncoder().encode(text));
    await settle();
  }

  async end(): Promise<void> {
    this.controller?.close();
    await settle();
  }
}

/** Lets what has been promised happen; no time passes. */
const settle = () => vi.advanceTimersByTimeAsync(0);

const TICK = 'event: tick\ndata: {"seq":7}\n\n';

const streams: FakeStream[] = [];
const states: LiveState[] = [];
const options = {
  streamUrl: () => 'http://shop.test/api/stream',
  onTick: vi.fn<(tick: StreamTick) => void>(),
  onResync: vi.fn<() => void>(),
  poll: vi.fn<() => Promise<boolean>>(),
  onState: (state: LiveState) => states.push(state),
  onRefused: vi.fn<(failure: Failure) => void>(),
};
let connection: LiveConnection;
let hidden = false;

function hide(isHidden: boolean): void {
  hidden = isHidden;
  document.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => {
  vi.useFakeTimers();
  hidden = false;
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
  vi.stubGlobal('fetch', (_url: string, { signal }: { signal: AbortSignal }) => {
    const stream = new FakeStream(signal);
    streams.push(stream);
    return Promise.resolve(stream.response);
  });
  options.poll.mockResolvedValue(true);
  connection = new LiveConnection(options);
});

afterEach(() => {
  connection.stop();
  streams.length = 0;
  states.length = 0;
  vi.clearAllMocks();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('LiveConnection', () => {
  it('passes on ticks and the wish to read anew', async () => {
    connection.start();
    await settle();
    await streams[0]?.send(TICK);
    await streams[0]?.send('event: resync\n\n');
    expect(options.onTick).toHaveBeenCalledExactlyOnceWith({ seq: 7 });
    expect(options.onResync).toHaveBeenCalledOnce();
    expect(states.at(-1)).toBe('streaming');
  });

  it('comes back after the process has gone away, later every time', async () => {
    connection.start();
    await settle();
    await streams[0]?.end();
    expect(states.at(-1)).toBe('disconnected');
    await vi.advanceTimersByTimeAsync(650);
    expect(streams).toHaveLength(2);
    await streams[1]?.end();
    await vi.advanceTimersByTimeAsync(700);
    expect(streams).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(600);
    expect(streams).toHaveLength(3);
  });

  it('asks by itself when a proxy holds the stream back', async () => {
    connection.start();
    await vi.advanceTimersByTimeAsync(3000);
    expect(streams[0]?.signal.aborted).toBe(true);
    expect(options.poll).toHaveBeenCalledOnce();
    expect(states.at(-1)).toBe('polling');
    await vi.advanceTimersByTimeAsync(2000);
    expect(options.poll).toHaveBeenCalledTimes(2);
  });

  it('goes back to the stream when nobody answers its questions', async () => {
    options.poll.mockResolvedValue(false);
    connection.start();
    await vi.advanceTimersByTimeAsync(3000);
    expect(states.at(-1)).toBe('disconnected');
    await vi.advanceTimersByTimeAsync(650);
    expect(streams).toHaveLength(2);
  });

  it('opens another stream when this one has fallen silent', async () => {
    connection.start();
    await settle();
    await streams[0]?.send(TICK);
    await vi.advanceTimersByTimeAsync(30_000);
    await streams[0]?.send(': still here\n\n');
    await vi.advanceTimersByTimeAsync(39_000);
    expect(streams).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(streams).toHaveLength(2);
  });

  it('holds no stream while nobody looks', async () => {
    connection.start();
    await settle();
    hide(true);
    expect(streams[0]?.signal.aborted).toBe(true);
    expect(states.at(-1)).toBe('hidden');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(streams).toHaveLength(1);
    hide(false);
    await settle();
    expect(streams).toHaveLength(2);
  });

  it('takes nothing from a stream it has left', async () => {
    connection.start();
    await settle();
    const [left] = streams;
    connection.restart();
    await left?.send(TICK);
    expect(options.onTick).not.toHaveBeenCalled();
  });

  it('says why it is not let in', async () => {
    const refusal = { reason: 'no', option: 'panel.allowFrom' };
    vi.stubGlobal('fetch', () =>
      Promise.resolve(new Response(JSON.stringify(refusal), { status: 403 })),
    );
    connection.start();
    await settle();
    expect(options.onRefused).toHaveBeenCalledExactlyOnceWith({ kind: 'refused', refusal });
  });

  it('is over when it is stopped', async () => {
    connection.start();
    await settle();
    connection.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(streams).toHaveLength(1);
    expect(streams[0]?.signal.aborted).toBe(true);
  });
});
