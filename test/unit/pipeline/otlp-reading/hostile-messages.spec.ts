import { describe, expect, it } from 'vitest';
import { jsonFormat } from '../../../../libs/nestrace/src/pipeline/exporters/otlp/json/json.format.js';
import { ProtobufFormat } from '../../../../libs/nestrace/src/pipeline/exporters/otlp/protobuf/protobuf.format.js';
import {
  readOtlpJson,
  readOtlpProtobuf,
} from '../../../../libs/nestrace/src/pipeline/otlp-reading/read-otlp.js';
import type { OtlpReading } from '../../../../libs/nestrace/src/pipeline/otlp-reading/reading.js';
import { encodeProtobuf } from '../../../support/receivers/otlp-definitions.js';
import { LIMITS, richSpans } from './expected-stored-span.js';

const ROUNDS = 4000;

/** The same numbers in every run (mulberry32), so that a failure can be looked at. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) % below;
  };
}

type Mutation = (bytes: Buffer, random: (below: number) => number) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  (bytes, random) => {
    bytes[random(bytes.length)] = random(256);
    return bytes;
  },
  (bytes, random) => {
    const at = random(bytes.length);
    bytes.fill(0xff, at, Math.min(bytes.length, at + 1 + random(12)));
    return bytes;
  },
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  (bytes, random) => {
    const at = random(bytes.length);
    const from = random(bytes.length);
    const piece = bytes.subarray(from, from + random(64));
    return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
  },
  (bytes, random) => {
    const at = random(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(8))]);
  },
];

function mutate(message: Uint8Array, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(message);
  for (let times = 1 + random(4); times > 0 && bytes.length > 0; times--) {
    bytes = MUTATIONS[random(MUTATIONS.length)]?.(bytes, random) as Buffer<ArrayBuffer>;
  }
  return bytes;
}

/** Characters of all that is kept; a source is there once for all its spans. */
function sizeOf({ spans }: OtlpReading): number {
  const sources = new Set(spans.map(({ source }) => source));
  return JSON.stringify([spans.map((span) => ({ ...span, source: 0 })), ...sources]).length;
}

describe.each([
  [
    'protobuf',
    new ProtobufFormat().encode(richSpans()),
    (bytes: Buffer) => readOtlpProtobuf(bytes, LIMITS),
  ],
  ['JSON', jsonFormat.encode(richSpans()), (bytes: Buffer) => readOtlpJson(String(bytes), LIMITS)],
] as const)('a message in %s that was tampered with', (_, original, read) => {
  it('is read or refused, and never takes more memory than it has bytes for', () => {
    const message = Uint8Array.from(original);
    const random = numbersFrom(20_261_128);
    const outcomes = { read: 0, refused: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = mutate(message, random);
      const reading = read(bytes);
      if (reading.problem !== undefined) outcomes.refused++;
      else outcomes.read++;
      // Escapes take six characters for one, and every span has fields that are not in the message.
      expect(sizeOf(reading)).toBeLessThan(bytes.length * 6 + 2000);
    }
    expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(ROUNDS / 200);
  });
});

describe('a message made to hurt', () => {
  const span = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: '00f067aa0ba902b7',
    startTimeUnixNano: '1700000000000000000',
  };
  const request = (spans: unknown): object => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

  it('of hundreds of thousands of empty spans leaves nothing behind', () => {
    const empty = encodeProtobuf(request(Array.from({ length: 200_000 }, () => ({}))));
    const { spans, rejected } = readOtlpProtobuf(empty, LIMITS);
    expect(spans).toEqual([]);
    expect(rejected).toBe(200_000);
  });

  it('of hundreds of thousands of attributes, events and links keeps the first', () => {
    const many = Array.from({ length: 100_000 }, () => ({}));
    const bytes = encodeProtobuf(
      request([
        {
          ...span,
          attributes: many.map((_, index) => ({ key: String(index) })),
          events: many,
          links: many.map(() => ({ traceId: span.traceId, spanId: span.spanId })),
        },
      ]),
    );
    const [kept] = readOtlpProtobuf(bytes, LIMITS).spans;
    expect(Object.keys(kept?.attributes ?? {})).toHaveLength(128);
    expect(kept?.events).toHaveLength(128);
    expect(kept?.links).toHaveLength(128);
    expect(kept?.dropped).toEqual({ attributes: 99_872, events: 99_872, links: 99_872 });
  });

  it('of nothing but brackets is refused before it is parsed', () => {
    expect(readOtlpJson('['.repeat(4_000_000), LIMITS).problem).toMatch(/nested too deep/);
    expect(readOtlpJson(`[${'{},'.repeat(500_000)}0]`, LIMITS).problem).toMatch(/too many parts/);
  });

  it('with names of methods and prototypes changes no object but its own', () => {
    const text = JSON.stringify(request([span])).replace(
      '"traceId"',
      '"__proto__":{"name":"evil","toString":1},"constructor":1,"hasOwnProperty":1,"traceId"',
    );
    const { spans } = readOtlpJson(text, LIMITS);
    expect(spans.map(({ name }) => name)).toEqual(['']);
    expect(Object.hasOwn(Object.prototype, 'evil')).toBe(false);
  });
});
