import type {
  Attributes,
  HrTime,
  Link,
  SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceState,
} from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import type { Random } from './random.js';

/** Where encoders go wrong: around powers of two, at the edges of int64, past the safe integers. */
const NUMBERS: readonly number[] = [
  0,
  1,
  127,
  128,
  16_383,
  16_384,
  2 ** 21,
  2 ** 28,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 35,
  2 ** 53,
  2 ** 53 - 1,
  2 ** 62,
  2 ** 63 - 1024,
  2 ** 63,
  2 ** 63 + 2048,
  2 ** 64,
  1e300,
  0.1,
  5e-324,
  Number.MAX_VALUE,
  Infinity,
  Number.NaN,
].flatMap((number) => [number, -number]);

/** One, two, three and four bytes in UTF-8, half pairs, and what other formats stumble over. */
const CHARACTERS = 'a / \0 \u007f \u0080 é € \ud83d\ude00 \ud83d \ude00'.split(' ');

/** Around the places where a length takes another byte, and where encoders change their way. */
const LENGTHS = [0, 1, 2, 11, 31, 32, 33, 42, 63, 64, 65, 125, 126, 127, 128, 129, 250];
const LARGE = [5461, 8191, 16_370, 16_383, 65_536];

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = '00f067aa0ba902b7';
const BAD_IDS = ['', 'f', 'abc', 'no hexadecimal', '\u00e9\u20ac', 'F'.repeat(300)];

class HasInherited {
  own = 1;

  get inherited(): number {
    return 2;
  }
}

/**
 * Spans no encoder should ever meet, the same ones with the same random numbers. Their values are
 * hostile in any case; of ids, times, counts and the like one may ask that they are valid.
 */
export class HostileSpans {
  private readonly resources: readonly Resource[];
  private readonly scopes: readonly InstrumentationScope[];

  constructor(
    private readonly random: Random,
    private readonly rest: 'valid' | 'hostile' = 'hostile',
  ) {
    this.resources = random.listOf(3, () => this.resource());
    this.scopes = random.listOf(3, () => this.scope());
  }

  span(): ReadableSpan {
    const { random } = this;
    const spanContext = this.spanContext();
    return {
      name: this.oneOf([this.text()], [42 as unknown as string]),
      kind: this.oneOf<unknown>([0, 1, 2, 3, 4], [99, -1, undefined, null]) as SpanKind,
      spanContext: () => spanContext,
      ...(random.next() < 0.5 && { parentSpanContext: this.spanContext() }),
      startTime: this.time(),
      endTime: this.time(),
      duration: [0, 0],
      ended: true,
      status: {
        code: this.oneOf<unknown>([0, 1, 2], [300, undefined]) as SpanStatusCode,
        ...(random.next() < 0.5 && { message: this.detail() }),
      },
      attributes: this.attributes(),
      events: random.listOf(random.between(0, 3), () => this.event()) as TimedEvent[],
      links: random.listOf(random.between(0, 3), () => this.link()) as Link[],
      resource: random.oneOf(this.resources),
      instrumentationScope: random.oneOf(this.scopes),
      droppedAttributesCount: this.count(),
      droppedEventsCount: this.count(),
      droppedLinksCount: this.count(),
    };
  }

  text(): string {
    const length = this.random.oneOf(this.random.next() < 0.01 ? LARGE : LENGTHS);
    const [first, second] = [this.random.oneOf(CHARACTERS), this.random.oneOf(CHARACTERS)];
    return first.repeat(length >> 1) + second.repeat(length - (length >> 1));
  }

  value(depth = 0): unknown {
    const { random } = this;
    const nested = (): unknown => this.value(depth + 1);
    const choices: (() => unknown)[] = [
      () => this.text(),
      () => this.text(),
      () => random.oneOf(NUMBERS),
      () => random.between(-(2 ** 40), 2 ** 40),
      () => random.next() * 2 ** random.between(-60, 70),
      () => random.oneOf([true, false]),
      () => random.oneOf([null, undefined]),
      () => random.oneOf([12n, Symbol('symbol'), () => {}]),
      () => new Uint8Array(random.oneOf(LENGTHS)).fill(random.between(0, 256)),
    ];
    if (depth < 3) {
      choices.push(
        () => random.listOf(random.between(0, 6), nested),
        // Holes.
        () => Object.assign(Array.from({ length: 3 }), { 4: 'last' }),
        () => this.attributes(depth + 1),
        () => random.oneOf([new Date(), new Map([[1, 2]]), new HasInherited(), new Uint16Array(3)]),
        () => JSON.parse('{"__proto__":1,"10":2,"9":3,"":4}') as unknown,
        () => ({ [Symbol('key')]: 1, toString: 'own', hasOwnProperty: 'own' }),
      );
    }
    return random.oneOf(choices)();
  }

  attributes(depth = 0): Attributes {
    const keys = this.random.listOf(this.random.between(0, 14), () =>
      this.random.oneOf([`key.${this.random.between(0, 3000)}`, this.text()]),
    );
    return Object.fromEntries(keys.map((key) => [key, this.value(depth)])) as Attributes;
  }

  private event(): TimedEvent {
    return {
      name: this.text(),
      time: this.time(),
      ...(this.random.next() < 0.7 && { attributes: this.attributes(2) }),
      ...(this.random.next() < 0.7 && { droppedAttributesCount: this.count() }),
    };
  }

  private link(): Link {
    return {
      context: this.spanContext(),
      ...(this.random.next() < 0.7 && { attributes: this.attributes(2) }),
      ...(this.random.next() < 0.7 && { droppedAttributesCount: this.count() }),
    };
  }

  private spanContext(): SpanContext {
    const state = this.oneOf(['a=1', 'tenant@system=1,b=2'], ['', 'a=é\ud83d', undefined]);
    return {
      traceId: this.oneOf([TRACE_ID], BAD_IDS),
      spanId: this.oneOf([SPAN_ID], BAD_IDS),
      traceFlags: this.oneOf([0, 1, 255], [256, 0x1ff, undefined]) as number,
      ...(this.random.next() < 0.5 && { isRemote: this.oneOf([true, false], [1 as never]) }),
      ...(this.random.next() < 0.5 && {
        traceState: { serialize: () => state } as unknown as TraceState,
      }),
    };
  }

  private time(): HrTime {
    const nanoseconds = this.random.between(0, 1e9);
    return [
      this.oneOf([0, 1_700_000_000, 2 ** 31, 2 ** 32], [18_446_744_073, 1.5, -1, Number.NaN]),
      this.oneOf([0, 1, 999_999_999, nanoseconds], [1e9, 0.999, 123.9999, -1]),
    ];
  }

  private count(): number {
    return this.oneOf([0, 1, 128, 2 ** 31], [2 ** 33, -1, 1.5, Number.NaN]);
  }

  /** What formats may leave out when it is empty. */
  private detail(): string {
    const text = this.text();
    return this.rest === 'valid' ? `${text}.` : text;
  }

  private resource(): Resource {
    return {
      attributes: this.attributes(),
      ...(this.random.next() < 0.5 && { schemaUrl: this.detail() }),
    } as Resource;
  }

  private scope(): InstrumentationScope {
    return {
      name: this.text(),
      ...(this.random.next() < 0.5 && { version: this.detail() }),
      ...(this.random.next() < 0.5 && { schemaUrl: this.detail() }),
    };
  }

  private oneOf<T>(valid: readonly T[], hostile: readonly T[]): T {
    return this.random.oneOf(this.rest === 'valid' ? valid : [...valid, ...hostile]);
  }
}
