import {
  SpanKind,
  SpanStatusCode,
  type Attributes,
  type Link,
  type Span,
} from '@opentelemetry/api';
import { createTraceState } from '@opentelemetry/api';
import type { TraceService } from 'nestrace';

const TEXTS: Attributes = {
  'text.empty': '',
  'text.unicode': 'Grüße, 世界, \u{1f9ea}\u200d\u{1f52c}, عربى',
  'text.control': 'a\u0000b\tc\nd\u001b[31m',
  'text.markup': `<script>alert("it's")</script> & {traceId}`,
  'text.half a pair': 'before \ud83d after',
  'text.long': 'long '.repeat(3000),
  'ключ with spaces': 'and a key in Cyrillic',
};

const NUMBERS: Attributes = {
  'number.zero': 0,
  'number.minus zero': -0,
  'number.fraction': 0.1,
  'number.safe': Number.MAX_SAFE_INTEGER,
  'number.large': 2 ** 60,
  'number.smallest int64': -(2 ** 63),
  'number.past int64': 2 ** 63,
  'number.tiny': Number.MIN_VALUE,
  'number.huge': Number.MAX_VALUE,
};

const LISTS: Attributes = {
  'list.none': [],
  'list.texts': ['a', '', 'ß', '"quoted"'],
  'list.whole': [1, -2, 2 ** 40],
  'list.fractions': [0.5, 2, -0.25],
  'list.flags': [true, false],
  'list.holes': ['a', null, undefined, 'b'],
};

/** What the root has been given, but for the text that is cut. */
export const ODD_ATTRIBUTES: Attributes = { ...TEXTS, ...NUMBERS, ...LISTS };

/** What neither JSON nor the pages of Jaeger have a number for. */
export const NOT_FINITE: Attributes = {
  'number.none': Number.NaN,
  'number.endless': Number.POSITIVE_INFINITY,
  'number.endless below': Number.NEGATIVE_INFINITY,
  'list.not finite': [Number.NaN, 1, Number.NEGATIVE_INFINITY],
};

/** As many as a span takes, and some more. */
const MANY = Object.fromEntries(
  Array.from({ length: 133 }, (_, at): [string, number] => [`many.${at}`, at]),
);

const LINKS: Link[] = ['a', 'b', 'c'].map((digit) => ({
  context: {
    traceId: digit.repeat(32),
    spanId: digit.repeat(16),
    traceFlags: 1,
    isRemote: true,
    traceState: createTraceState(`vendor=${digit}`),
  },
  attributes: { why: 'replayed', digit, empty: '' },
}));

/** One span for each odd thing, below a root. */
export function makeOddSpans(root: Span, tracing: TraceService): void {
  root.setAttributes({ ...ODD_ATTRIBUTES, 'text.too long': 'x'.repeat(20_000) });
  tracing.withSpan('Many Attributes', (span) => span.setAttributes(MANY));
  tracing.withSpan('links', { links: LINKS }, () => {});
  tracing.withSpan('', () => {});
  tracing.withSpan(`long ${'name '.repeat(200)}`, () => {});
  for (const kind of [SpanKind.INTERNAL, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER]) {
    const attributes = { 'server.address': 'Stock.Example', 'server.port': 8443 };
    tracing.withSpan(`kind ${SpanKind[kind]}`, { kind, attributes }, () => {});
  }
  tracing.withSpan('fine', (span) => span.setStatus({ code: SpanStatusCode.OK }));
  tracing.withSpan('failed', (span) => span.setStatus({ code: SpanStatusCode.ERROR }));
  tracing.withSpan('failed because', (span) => {
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'Größe "XL" ist aus' });
  });
  tracing.withSpan('events', makeOddEvents);
}

function makeOddEvents(span: Span): void {
  const now = Date.now();
  for (let count = 0; count < 20; count++) span.addEvent('again', { count }, now);
  span.addEvent('bare', now + 1);
  span.addEvent('', now + 2);
  span.addEvent('full: of "all"', ODD_ATTRIBUTES, now + 3);
  span.recordException(new TypeError('nothing left'));
}
