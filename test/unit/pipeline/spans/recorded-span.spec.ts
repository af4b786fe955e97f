import {
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type AttributeValue,
  type Exception,
  type HrTime,
  type Span as ApiSpan,
  type SpanOptions,
} from '@opentelemetry/api';
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  TracerProvider,
  type ReadableSpan,
  type Span,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { LimitsOptions } from '../../../../libs/nestrace/src/config/limits.options.js';
import { localTraceOf } from '../../../../libs/nestrace/src/pipeline/local-trace.js';
import { SpanTracerProvider } from '../../../../libs/nestrace/src/pipeline/spans/span-tracer.provider.js';
import { resolve } from '../../support/options.js';
import { EVERYTHING, startTracing } from '../../support/tracing.js';

const OTHER = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
const resource = resourceFromAttributes({ 'service.name': 'orders' });

/** Something done to a span. */
type Act = (span: ApiSpan) => unknown;

class Processor implements SpanProcessor {
  readonly ended: ReadableSpan[] = [];
  readonly seen: string[] = [];

  constructor(private readonly ending?: Act) {}

  onStart(span: Span): void {
    this.seen.push(`start ${span.name} ${Object.keys(span.attributes).join()}`);
  }
  onEnding(span: Span): void {
    this.seen.push(`ending ${span.ended}`);
    this.ending?.(span);
  }
  onEnd(span: ReadableSpan): void {
    this.seen.push(`end ${span.ended}`);
    this.ended.push(span);
  }
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

/** Everything that can be told about a span, except ids and readings of the clock. */
function factsOf(span: ReadableSpan, processor: Processor, said: readonly string[]): object {
  const { name, kind, attributes, status, ended, parentSpanContext } = span;
  const { droppedAttributesCount, droppedEventsCount, droppedLinksCount } = span;
  return {
    name,
    kind,
    attributes,
    status,
    ended,
    parentSpanContext,
    droppedAttributesCount,
    droppedEventsCount,
    droppedLinksCount,
    order: Object.keys(attributes),
    events: span.events.map((event) => [
      event.name,
      event.attributes,
      event.droppedAttributesCount,
    ]),
    links: span.links,
    resource: span.resource.attributes,
    scope: span.instrumentationScope,
    seen: processor.seen,
    said,
  };
}

/** What the same acts come to on a span of the SDK and on ours. */
function both(
  act: Act,
  {
    limits = {},
    options = {},
    ending,
  }: { limits?: LimitsOptions; options?: SpanOptions; ending?: Act },
): readonly object[] {
  const resolved = resolve({ limits }).limits;
  const providers = [
    (processor: SpanProcessor) =>
      new TracerProvider({
        resource,
        sampler: new AlwaysOnSampler(),
        spanProcessors: [processor],
        spanLimits: {
          attributeValueLengthLimit: resolved.attributeValueLength,
          attributeCountLimit: resolved.attributeCount,
          eventCountLimit: resolved.eventCount,
          linkCountLimit: resolved.linkCount,
          attributePerEventCountLimit: resolved.attributePerEventCount,
          attributePerLinkCountLimit: resolved.attributePerLinkCount,
        },
      }),
    (processor: SpanProcessor) =>
      new SpanTracerProvider({ resource, sampler: EVERYTHING, limits: resolved, processor }),
  ];
  return providers.map((make) => {
    const said: string[] = [];
    const note = (message: string): void => {
      // The ids of a span are its own.
      said.push(message.replace(/[0-9a-f]{32}(.*?)[0-9a-f]{16}/, '<ids>$1'));
    };
    const logger = { error: note, warn: note, info: note, debug: () => {}, verbose: () => {} };
    diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
    const processor = new Processor(ending);
    const tracer = make(processor).getTracer('scope', '1', { schemaUrl: 'https://schema' });
    const span = tracer.startSpan('span', options, ROOT_CONTEXT);
    act(span);
    return factsOf(span as unknown as ReadableSpan, processor, said);
  });
}

const HOSTILE: readonly (readonly [what: string, value: unknown])[] = [
  ['text', 'text'],
  ['an empty text', ''],
  ['a long text', 'x'.repeat(50)],
  ['surrogates', '😀'.repeat(10)],
  ['zero', 0],
  ['NaN', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['false', false],
  ['null', null],
  ['undefined', undefined],
  ['an object', { a: 1 }],
  ['a date', new Date(0)],
  ['a function', () => 1],
  ['a symbol', Symbol('s')],
  ['a big integer', 1n],
  ['an empty list', []],
  ['texts', ['a', 'x'.repeat(50)]],
  ['texts and nothing', ['a', null, undefined]],
  ['numbers', [1, 2.5]],
  ['a mixed list', ['a', 1]],
  ['objects', [{}]],
  ['lists', [['a']]],
  // oxlint-disable-next-line no-sparse-arrays -- as hostile as it looks
  ['a list with holes', ['a', , 'b']],
  ['a boxed text', Object('text')],
];

function attributesOf(value: unknown): Attributes {
  return { before: 1, value: value as AttributeValue, '': 'no key', after: 2 };
}

/** Everything that can be inherited, hidden or be called like a method of every object. */
function strangeKeys(...more: (string | symbol)[]): Attributes {
  const keys = { toString: 'own', hasOwnProperty: 'own', constructor: 'own', length: 3 };
  const strange = Object.assign(Object.create({ inherited: 'no' }) as Attributes, keys);
  Object.defineProperty(strange, 'hidden', { value: 'no', enumerable: false });
  Object.defineProperty(strange, 'computed', { get: () => 'yes', enumerable: true });
  for (const key of more) Object.defineProperty(strange, key, { value: 'own', enumerable: true });
  return strange;
}

const SYMBOL = Symbol('symbol');

const SMALL = {
  attributeValueLength: 5,
  attributeCount: 2,
  eventCount: 2,
  linkCount: 2,
  attributePerEventCount: 1,
  attributePerLinkCount: 1,
};
const NONE = {
  attributeCount: 0,
  eventCount: 0,
  linkCount: 0,
  attributePerEventCount: 0,
  attributePerLinkCount: 0,
};

const LIMITS: readonly (readonly [what: string, limits: LimitsOptions])[] = [
  ['the usual limits', {}],
  ['small limits', SMALL],
  ['no room at all', NONE],
];

describe.each(LIMITS)('with %s, a span is what the span of the SDK is', (_, limits) => {
  afterEach(() => {
    diag.disable();
  });

  function expectSame(act: Act, options?: SpanOptions, ending?: Act): void {
    const [theirs, ours] = both(act, {
      limits,
      ...(options !== undefined && { options }),
      ...(ending !== undefined && { ending }),
    });
    expect(ours).toEqual(theirs);
  }

  it.each(HOSTILE)('when %s is given at its start', (_what, value) => {
    expectSame((span) => span.end(), { attributes: attributesOf(value) });
  });

  it.each(HOSTILE)('when %s is set as attribute', (_what, value) => {
    expectSame((span) => {
      span.setAttribute('value', value as AttributeValue);
      span.setAttributes(attributesOf(value));
      span.setAttribute('', value as AttributeValue);
      span.end();
    });
  });

  it.each(HOSTILE)('when %s is an attribute of its events', (_what, value) => {
    expectSame((span) => {
      span.addEvent('event', attributesOf(value)).addEvent('time', 1000).addEvent('both', {}, 1000);
      span.addEvent('last', { a: 1, b: 2 }, new Date());
      span.end();
    });
  });

  it.each(HOSTILE)('when %s is an attribute of its links', (_what, value) => {
    const link = { context: OTHER, attributes: attributesOf(value), droppedAttributesCount: 7 };
    expectSame(
      (span) => {
        span.addLink({ context: OTHER }).addLinks([link, { context: OTHER }]);
        span.end();
      },
      // The SDK warns about the attributes of a link there is no room for; nobody else sees them.
      limits.linkCount === 0 ? {} : { links: [link] },
    );
  });

  it.each(HOSTILE)('when its status has %s as message', (_what, value) => {
    const message = value as string;
    expectSame((span) => {
      span.setStatus({ code: SpanStatusCode.UNSET, message });
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      span.setStatus({ code: SpanStatusCode.UNSET });
      span.end();
    });
    expectSame((span) => {
      span.setStatus({ code: SpanStatusCode.OK, message });
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      span.end();
    });
  });

  it.each<readonly [string, unknown]>([
    ['an error', new TypeError('broken')],
    ['an error with a code', Object.assign(new Error('gone'), { code: 404 })],
    ['a text', 'broken'],
    ['an empty text', ''],
    ['nothing', undefined],
    ['an object without a message', {}],
    ['a name alone', { name: 'Named' }],
  ])('when %s is recorded as exception', (_what, error) => {
    expectSame((span) => {
      span.recordException(error as Exception);
      span.recordException(error as Exception, [1, 2]);
      span.end();
    });
  });

  it('when its attributes have strange keys', () => {
    expectSame(
      (span) => {
        span.setAttributes(strangeKeys('__proto__', SYMBOL));
        span.addEvent('event', strangeKeys('__proto__', SYMBOL));
        span.addLink({ context: OTHER, attributes: strangeKeys('__proto__', SYMBOL) });
        span.end();
      },
      { attributes: strangeKeys() },
    );
  });

  it('when attributes are set again and again', () => {
    expectSame((span) => {
      for (let count = 0; count < 200; count++) span.setAttribute(`key${count % 150}`, count);
      for (let count = 0; count < 150; count++) span.addEvent(`event${count}`);
      for (let count = 0; count < 150; count++) span.addLink({ context: OTHER });
      span.end();
    });
  });

  it('when it is changed after its end', () => {
    expectSame((span) => {
      span.end();
      span.setAttribute('late', 1).setAttributes({ late: 1 }).addEvent('late').updateName('late');
      span.addLink({ context: OTHER }).addLinks([{ context: OTHER }]);
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.recordException(new Error('late'));
      span.end();
    });
  });

  it('when it is changed while it ends', () => {
    expectSame(
      (span) => span.updateName('renamed').end(),
      { kind: SpanKind.CLIENT },
      (span) => {
        span.setAttribute('ending', true).updateName('ending');
      },
    );
  });
});

describe('the times of a span', () => {
  const given: HrTime = [1_700_000_000, 5];

  function span(options: SpanOptions = {}): Span {
    const { limits } = resolve();
    const processor = new Processor();
    const provider = new SpanTracerProvider({ resource, sampler: EVERYTHING, limits, processor });
    return provider.getTracer('scope').startSpan('span', options, ROOT_CONTEXT) as Span;
  }

  it('are those that are given, in every form', () => {
    const epoch = hrTimeToMilliseconds(given);
    for (const startTime of [given, epoch, new Date(epoch)]) {
      const made = span({ startTime });
      made.end([given[0] + 1, given[1]]);
      expect(hrTimeToMilliseconds(made.startTime)).toBeCloseTo(epoch, 3);
      expect(hrTimeToMilliseconds(made.endTime)).toBeCloseTo(epoch + 1000, 3);
      expect(hrTimeToMilliseconds(made.duration)).toBeCloseTo(1000, 3);
    }
  });

  it('may be readings of the monotonic clock', () => {
    const [from, until] = [performance.now() - 20, performance.now() - 10];
    const made = span({ startTime: from });
    made.addEvent('event', from);
    made.end(until);
    expect(hrTimeToMilliseconds(made.duration)).toBeCloseTo(until - from, 3);
    expect(made.events[0]?.time).toEqual(made.startTime);
    expect(Math.abs(hrTimeToMilliseconds(made.startTime) - (Date.now() - 20))).toBeLessThan(1000);
  });

  it('never go backwards', () => {
    const made = span({ startTime: given });
    made.end([given[0] - 1, 0]);
    expect(made.endTime).toEqual(given);
    expect(made.duration).toEqual([0, 0]);
  });

  it('never go backwards where a reading of the monotonic clock was given', () => {
    const made = span();
    made.end(0);
    expect(made.endTime).toEqual(made.startTime);
    expect(made.duration).toEqual([0, 0]);
  });

  it('end now, where the start was given and the end is not', () => {
    const made = span({ startTime: given });
    made.end();
    expect(Math.abs(hrTimeToMilliseconds(made.endTime) - Date.now())).toBeLessThan(1000);
  });

  it('tell that a span is open', () => {
    const made = span();
    expect(made.endTime).toEqual([0, 0]);
    expect(made.duration).toEqual([-1, -1]);
    expect(made.isRecording()).toBe(true);
    made.end();
    expect(made.isRecording()).toBe(false);
  });

  it('are the same whenever they are asked for', () => {
    const made = span();
    const { startTime } = made;
    made.end();
    expect(made.startTime).toEqual(startTime);
    expect(made.endTime).toEqual(made.endTime);
  });
});

describe('a span', () => {
  function start(): Span {
    const { limits } = resolve();
    const processor = new Processor();
    const provider = new SpanTracerProvider({ resource, sampler: EVERYTHING, limits, processor });
    return provider.getTracer('scope').startSpan('GET', { kind: SpanKind.SERVER }) as Span;
  }

  it('has one context', () => {
    const span = start();
    expect(span.spanContext()).toBe(span.spanContext());
    expect(span.spanContext()).toMatchObject({
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      traceFlags: 1,
    });
  });

  it('keeps what a processor adds to its lists', () => {
    const span = start();
    span.events.push({ name: 'added', time: [0, 0] });
    span.links.push({ context: OTHER });
    span.attributes['added'] = true;
    expect(span.events).toHaveLength(1);
    expect(span.links).toHaveLength(1);
    expect(span.attributes).toEqual({ added: true });
  });

  it('can be shown under another context, as it is for processors that must not export it', () => {
    const span = start();
    span.setAttribute('a', 1).end();
    const shown = Object.create(span, { spanContext: { value: () => OTHER } }) as ReadableSpan;
    expect(shown.spanContext()).toBe(OTHER);
    expect(shown).toMatchObject({ name: 'GET', attributes: { a: 1 }, kind: SpanKind.SERVER });
    expect([shown.startTime, shown.endTime]).toEqual([span.startTime, span.endTime]);
    expect(shown.resource).toBe(resource);
  });

  it('shows itself and not the tracing behind it when it is printed', () => {
    const span = start();
    span.setAttribute('shown', 'yes');
    const text = inspect(span, { depth: 5 });
    expect(text).toContain("name: 'GET'");
    expect(text).toContain("shown: 'yes'");
    expect(text).not.toContain('Processor');
    expect(inspect({ a: { span } }, { depth: 1 })).toContain('[RecordedSpan]');
  });

  it('ends by the clock its start was given by, however long its trace has lasted', () => {
    const { tracer, stop } = startTracing();
    const root = tracer.startSpan('root');
    const local = localTraceOf(root) as { clockOffset: number };
    // The wall clock was put forward by a minute since the trace began.
    local.clockOffset -= 60_000;
    const startTime = Date.now() - 5;
    const below = trace.setSpan(ROOT_CONTEXT, root);
    const span = tracer.startSpan('job', { startTime }, below) as Span;
    span.end();
    const [seconds, nanoseconds] = span.duration;
    expect(seconds).toBe(0);
    expect(nanoseconds).toBeGreaterThan(0);
    stop();
  });

  it('takes null for what is not there, as applications in JavaScript say it', () => {
    const { tracer, stop } = startTracing();
    const options = { links: null, kind: null } as unknown as SpanOptions;
    expect(tracer.startSpan('plain', options)).toMatchObject({
      kind: SpanKind.INTERNAL,
      links: [],
    });
    stop();
  });
});
