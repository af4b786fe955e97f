import { setImmediate as turn } from 'node:timers/promises';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BatchSender } from '../../../../libs/nestrace/src/pipeline/exporters/batch-sender.js';
import {
  ExportError,
  PartialSuccessError,
} from '../../../../libs/nestrace/src/pipeline/exporters/export.error.js';
import type { SpanFormat } from '../../../../libs/nestrace/src/pipeline/exporters/span-format.js';
import type {
  SendResult,
  Transport,
} from '../../../../libs/nestrace/src/pipeline/exporters/transport.js';

/** A span is one letter; the backend answers with letters it rejects. */
const format: SpanFormat = {
  encode: (spans) => Buffer.from(spans.map(({ name }) => name).join('')),
  split: (body, first) => [body.subarray(0, first), body.subarray(first)],
  partialSuccess: (answer) =>
    answer.length === 0 ? undefined : new PartialSuccessError(answer.length, 'too old'),
  isAnswer: (answer) => answer[0] !== '?'.charCodeAt(0),
};

const ok: SendResult = { outcome: 'ok', body: new Uint8Array() };
const failed = (facts: ExportError['facts']): SendResult => ({
  outcome: 'failed',
  error: new ExportError(`HTTP ${facts.httpStatus}`, facts),
});

let requests: string[];
let notes: (string | number)[];

function sender(answer: (letters: string) => SendResult, used = format): BatchSender {
  const transport: Transport = {
    send: async (body) => {
      requests.push(Buffer.from(body).toString());
      return answer(requests.at(-1) ?? '');
    },
    close: () => {},
  };
  return new BatchSender(used, transport, {
    onTooLarge: (bytes) => notes.push(bytes),
    onOddAnswer: () => notes.push('odd'),
  });
}

const send = (by: BatchSender, letters: string): Promise<ExportResult> =>
  by.send(Buffer.from(letters), letters.length, 1000);

const upTo =
  (size: number) =>
  (letters: string): SendResult =>
    letters.length > size ? failed({ httpStatus: 413 }) : ok;

beforeEach(() => {
  requests = [];
  notes = [];
});

describe('a batch', () => {
  it('that is taken is a success', async () => {
    expect(await send(sender(upTo(8)), 'abc')).toEqual({ code: ExportResultCode.SUCCESS });
    expect(requests).toEqual(['abc']);
    expect(notes).toEqual([]);
  });

  it('that is taken in part says so', async () => {
    const by = sender(() => ({ outcome: 'ok', body: Buffer.from('xx') }));
    expect(await send(by, 'abcd')).toMatchObject({
      code: ExportResultCode.SUCCESS,
      error: { rejectedSpans: 2, message: 'too old', reasons: { rejected: 2 } },
    });
  });

  it('that is refused has failed, with the error as it came', async () => {
    const refused = failed({ httpStatus: 401 });
    const result = await send(
      sender(() => refused),
      'abc',
    );
    expect(result).toEqual({
      code: ExportResultCode.FAILED,
      error: refused.outcome === 'failed' && refused.error,
    });
  });

  it('is told to be answered oddly', async () => {
    await send(
      sender(() => ({ outcome: 'ok', body: Buffer.from('?') })),
      'a',
    );
    expect(notes).toEqual(['odd']);
  });
});

describe('a batch that is too large', () => {
  it('is sent in halves, in order, down to what fits', async () => {
    const result = await send(sender(upTo(2)), 'abcdefg');
    expect(result).toEqual({ code: ExportResultCode.SUCCESS });
    expect(requests).toEqual(['abcdefg', 'abcd', 'ab', 'cd', 'efg', 'ef', 'g']);
  });

  it('is not offered again once the backend has said what is too large', async () => {
    const by = sender(upTo(2));
    await send(by, 'abcd');
    requests.length = 0;
    await send(by, 'abcdef');
    expect(requests).toEqual(['abc', 'ab', 'c', 'de', 'f']);
    requests.length = 0;
    await send(by, 'abcdef');
    expect(requests).toEqual(['ab', 'c', 'de', 'f']);
    expect(notes).toEqual([4, 3]);
  });

  it('says nothing about others where the backend takes none at all', async () => {
    let takesNone = true;
    const by = sender(() => (takesNone ? failed({ httpStatus: 413 }) : ok));
    expect(await send(by, 'abcd')).toMatchObject({ code: ExportResultCode.FAILED });
    requests.length = 0;
    takesNone = false;
    await send(by, 'abcd');
    expect(requests).toEqual(['abcd']);
  });

  it('loses only the spans that are too large alone', async () => {
    const by = sender((letters) => (letters.includes('X') ? failed({ httpStatus: 413 }) : ok));
    expect(await send(by, 'abXdX')).toEqual({
      code: ExportResultCode.SUCCESS,
      error: new PartialSuccessError(2, 'HTTP 413', { too_large: 2 }),
    });
    expect(await send(by, 'X')).toMatchObject({
      code: ExportResultCode.FAILED,
      error: { facts: { httpStatus: 413 } },
    });
  });

  it('is not sent on when the backend fails in between', async () => {
    let count = 0;
    const by = sender((letters) => {
      if (letters.length > 2) return failed({ httpStatus: 413 });
      return ++count === 1 ? ok : failed({ httpStatus: 503 });
    });
    expect(await send(by, 'abcdefgh')).toEqual({
      code: ExportResultCode.SUCCESS,
      error: new PartialSuccessError(6, 'HTTP 503', { unavailable: 6 }),
    });
    expect(requests).toEqual(['abcdefgh', 'abcd', 'ab', 'cd']);
  });

  it('fails as a whole where it cannot be cut', async () => {
    const result = await send(sender(upTo(2), { encode: format.encode }), 'abc');
    expect(result).toMatchObject({ code: ExportResultCode.FAILED });
    expect(requests).toEqual(['abc']);
  });

  it('knows it by gRPC, too', async () => {
    const by = sender((letters) =>
      letters.length > 2 ? failed({ grpcStatus: 8, code: 'ETOOLARGE' }) : ok,
    );
    expect(await send(by, 'abcd')).toEqual({ code: ExportResultCode.SUCCESS });
  });
});

describe('the time of a batch', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const timedOut = (ms: number): SendResult => ({
    outcome: 'retry',
    error: new ExportError(`no answer within ${ms} ms`, { code: 'ETIMEDOUT' }),
  });

  /** A transport that takes its time for every request, and is never given less than none. */
  function slow(takesMs: number): { by: BatchSender; times: number[] } {
    const times: number[] = [];
    const transport: Transport = {
      send: async (body, timeoutMs) => {
        times.push(timeoutMs);
        const ms = Math.min(takesMs, timeoutMs);
        await new Promise((resolve) => setTimeout(resolve, ms));
        return ms < takesMs ? timedOut(timeoutMs) : upTo(2)(Buffer.from(body).toString());
      },
      close: () => {},
    };
    return { by: new BatchSender(format, transport, undefined), times };
  }

  async function resultOf(sending: Promise<ExportResult>): Promise<ExportResult> {
    for (let step = 0; step < 50; step++) {
      await vi.advanceTimersByTimeAsync(50);
      // Halves are made in a turn of the real event loop.
      await turn();
    }
    return sending;
  }

  it('is shared by its halves, and told as a whole when it is up', async () => {
    const { by, times } = slow(300);
    // Too large, then two halves, and the third has 100 ms.
    const result = await resultOf(by.send(Buffer.from('abcdefgh'), 8, 1300));
    expect(times.every((ms) => ms > 0)).toBe(true);
    expect(result).toMatchObject({
      code: ExportResultCode.SUCCESS,
      error: { message: 'no answer within 1300 ms', reasons: { timeout: 4 } },
    });
  });

  it('is over for what has not been sent yet', async () => {
    const { by, times } = slow(300);
    const result = await resultOf(by.send(Buffer.from('abcdefgh'), 8, 900));
    expect(times).toEqual([900, 600, 300]);
    expect(result).toMatchObject({
      error: { message: 'no answer within 900 ms', reasons: { timeout: 6 } },
    });
  });

  it('goes on though somebody sets the clock', async () => {
    const { by, times } = slow(300);
    const sending = by.send(Buffer.from('abcd'), 4, 1000);
    vi.setSystemTime(Date.now() + 3_600_000);
    expect(await resultOf(sending)).toEqual({ code: ExportResultCode.SUCCESS });
    expect(times).toEqual([1000, 700, 400]);
  });

  it('does not make a limit last for good: backends are set up anew', async () => {
    let limit = 1;
    const by = sender((letters) => upTo(limit)(letters));
    await resultOf(send(by, 'abcd'));
    limit = 8;
    requests = [];
    await resultOf(send(by, 'ab'));
    expect(requests).toEqual(['a', 'b']);
    await vi.advanceTimersByTimeAsync(600_000);
    requests = [];
    await resultOf(send(by, 'abcd'));
    expect(requests).toEqual(['abcd']);
  });
});
