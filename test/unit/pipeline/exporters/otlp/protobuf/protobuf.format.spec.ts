import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { describe, expect, it, vi } from 'vitest';
import { ProtobufFormat } from '../../../../../../libs/nestrace/src/pipeline/exporters/otlp/protobuf/protobuf.format.js';
import { recordSpans } from '../../../../../support/recorded-spans.js';

const stock = (spans: ReadableSpan[]): Buffer =>
  Buffer.from(ProtobufTraceSerializer.serializeRequest(spans) ?? []);

function spansWith(text: string, count = 1): ReadableSpan[] {
  return recordSpans((tracer) => {
    for (let index = 0; index < count; index++)
      tracer.startSpan(text, { attributes: { text } }).end();
  });
}

describe('ProtobufFormat', () => {
  it('writes spans one by one as it writes all at once', () => {
    const format = new ProtobufFormat();
    const spans = spansWith('span', 100);
    const body = format.startBody();
    for (const span of spans) body.add(span);
    const bytes = body.finish();
    expect(Buffer.from(bytes).equals(stock(spans))).toBe(true);
    expect(Buffer.from(format.encode(spans)).equals(stock(spans))).toBe(true);
  });

  it('leaves a finished body alone while it writes others', () => {
    const format = new ProtobufFormat();
    const [first, second] = [spansWith('first', 100), spansWith('second', 100)];
    const bodies = [format.encode(first), format.encode(second)];
    expect(Buffer.from(bodies[0] ?? []).equals(stock(first))).toBe(true);
    expect(Buffer.from(bodies[1] ?? []).equals(stock(second))).toBe(true);
  });

  it('may write several bodies at a time', () => {
    const format = new ProtobufFormat();
    const lists = ['a', 'b', 'c'].map((name) => spansWith(name, 10));
    const bodies = lists.map(() => format.startBody());
    for (let index = 0; index < 10; index++) {
      for (const [place, body] of bodies.entries()) body.add(lists[place]?.[index] as ReadableSpan);
    }
    const written = bodies.map((body) => Buffer.from(body.finish()));
    expect(written.map((bytes, place) => bytes.equals(stock(lists[place] ?? [])))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('writes all batches into one buffer, unless one was huge', () => {
    const format = new ProtobufFormat();
    const usual = spansWith('usual', 500);
    const huge = spansWith('x'.repeat(2 ** 21));
    format.encode(usual);
    const allocate = vi.spyOn(Buffer, 'alloc');
    const buffersFor = (spans: ReadableSpan[]): number => {
      allocate.mockClear();
      expect(Buffer.from(format.encode(spans)).equals(stock(spans))).toBe(true);
      return allocate.mock.calls.length;
    };
    // One is the request itself.
    expect([usual, usual, usual].map(buffersFor)).toEqual([1, 1, 1]);
    buffersFor(huge);
    expect(buffersFor(usual)).toBeGreaterThan(1);
    expect(buffersFor(usual)).toBe(1);
    allocate.mockRestore();
  });
});
