import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SpanForwarder } from '../../../../../libs/nestrace/src/sinks/panel/ingest/span-forwarder.js';
import { decodeProtobuf } from '../../../../support/receivers/otlp-definitions.js';
import { otlpSpansOf } from '../../../../support/receivers/otlp-span.js';
import { recordSpans } from '../../../../support/recorded-spans.js';
import { waitUntil } from '../../../../support/wait-until.js';

const silent = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

let server: Server;
let url = '';
let answers = true;
let names: string[] = [];
let requests = 0;

beforeEach(async () => {
  answers = true;
  names = [];
  requests = 0;
  server = createServer((request, response) => {
    requests++;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      names.push(...otlpSpansOf(decodeProtobuf(Buffer.concat(chunks))).map(({ name }) => name));
      if (answers) response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const end = (forwarder: SpanForwarder, name: string): void => {
  for (const span of recordSpans((tracer) => tracer.startSpan(name).end())) forwarder.onEnd(span);
};

describe('SpanForwarder', () => {
  it('keeps what ended before the hub was there, up to a bound', async () => {
    const forwarder = new SpanForwarder(undefined, silent);
    for (let count = 0; count < 600; count++) end(forwarder, 'early');
    await forwarder.sendTo(url);
    end(forwarder, 'sent');
    await forwarder.shutdown();
    expect(names.filter((name) => name === 'early')).toHaveLength(512);
    expect(names.at(-1)).toBe('sent');
  });

  it('keeps nothing while there is nobody to send it to', async () => {
    const forwarder = new SpanForwarder(undefined, silent);
    end(forwarder, 'early');
    forwarder.stopWaiting();
    await forwarder.sendTo(url);
    end(forwarder, 'sent');
    await forwarder.forceFlush();
    forwarder.stopSending();
    end(forwarder, 'late');
    await forwarder.shutdown();
    expect(names).toEqual(['sent']);
    expect(forwarder.sent).toBe(1);
    expect(forwarder.lost).toBe(0);
  });

  it('delivers what waits when it is shut down, and takes nothing after that', async () => {
    const forwarder = new SpanForwarder(undefined, silent);
    await forwarder.sendTo(url);
    end(forwarder, 'last');
    await forwarder.shutdown();
    await forwarder.shutdown();
    await forwarder.sendTo(url);
    end(forwarder, 'too late');
    await forwarder.forceFlush();
    expect(names).toEqual(['last']);
  });

  it('does not wait for a hub that hangs', async () => {
    answers = false;
    const forwarder = new SpanForwarder(undefined, silent);
    await forwarder.sendTo(url);
    end(forwarder, 'stuck');
    await forwarder.shutdown();
    expect(requests).toBe(1);
    expect(forwarder.lost).toBe(1);
  });

  it('does not wait a second time at shutdown for a hub that hangs', async () => {
    answers = false;
    const forwarder = new SpanForwarder(undefined, silent);
    await forwarder.sendTo(url);
    end(forwarder, 'stuck');
    await forwarder.forceFlush();
    end(forwarder, 'behind it');
    const timers = vi.spyOn(globalThis, 'setTimeout');
    await forwarder.shutdown();
    const count = timers.mock.calls.length;
    timers.mockRestore();
    expect(count).toBe(0);
    expect(forwarder.lost).toBe(2);
  });

  it('gives up at once when it is told to', async () => {
    answers = false;
    const forwarder = new SpanForwarder(undefined, silent);
    await forwarder.sendTo(url);
    end(forwarder, 'under way');
    const flushing = forwarder.forceFlush();
    await waitUntil(() => requests === 1, 'it is under way');
    end(forwarder, 'waiting');
    await forwarder.abandon();
    await flushing;
    expect(forwarder.lost).toBe(2);
  });

  it('never holds more than its queue', async () => {
    answers = false;
    const forwarder = new SpanForwarder(undefined, silent);
    await forwarder.sendTo(url);
    const spans = recordSpans((tracer) => {
      for (let count = 0; count < 5000; count++) tracer.startSpan('many').end();
    });
    for (const span of spans) forwarder.onEnd(span);
    expect(forwarder.lost).toBe(5000 - 2048);
    await forwarder.abandon();
    expect(forwarder.lost).toBe(5000);
  });

  it('says nothing aloud', async () => {
    const loud: string[] = [];
    const quiet: string[] = [];
    const aloud = (text: string): void => void loud.push(text);
    const log = {
      info: aloud,
      warn: aloud,
      error: aloud,
      debug: (text: string) => void quiet.push(text),
    };
    const forwarder = new SpanForwarder(undefined, log);
    server.close();
    server.closeAllConnections();
    await forwarder.sendTo(url);
    end(forwarder, 'lost');
    await forwarder.shutdown();
    expect(forwarder.lost).toBe(1);
    expect(loud).toEqual([]);
    expect(quiet.join()).toContain('the panel of another process');
  });
});
