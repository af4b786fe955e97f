import { SpanKind, SpanStatusCode, type Attributes, type AttributeValue } from '@opentelemetry/api';
import type { WireAttribute, WireRequest, WireSpan, WireValue } from './otlp-definitions.js';

/** A span as an OTLP backend understands it, with everything the protocol carries. */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly traceState: string;
  /** Sampled flag in the lowest bit; 0x100 and 0x200 tell about the parent. */
  readonly flags: number;
  readonly name: string;
  readonly kind: keyof typeof SpanKind;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly status: { readonly code: keyof typeof SpanStatusCode; readonly message: string };
  readonly attributes: Attributes;
  readonly events: readonly {
    readonly name: string;
    readonly timeNs: bigint;
    readonly attributes: Attributes;
  }[];
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceState: string;
    readonly flags: number;
    readonly attributes: Attributes;
  }[];
  readonly dropped: {
    readonly attributes: number;
    readonly events: number;
    readonly links: number;
  };
  readonly resource: Attributes;
  readonly scope: { readonly name: string; readonly version: string };
}

export function otlpSpansOf({ resourceSpans }: WireRequest): readonly OtlpSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => ({
        ...spanOf(span),
        resource: attributesOf(resource?.attributes ?? []),
        scope: { name: scope?.name ?? '', version: scope?.version ?? '' },
      })),
    ),
  );
}

function spanOf(span: WireSpan): Omit<OtlpSpan, 'resource' | 'scope'> {
  return {
    traceId: hexadecimal(span.traceId),
    spanId: hexadecimal(span.spanId),
    parentSpanId: hexadecimal(span.parentSpanId ?? ''),
    traceState: span.traceState ?? '',
    flags: span.flags ?? 0,
    name: span.name ?? '',
    // 0 is "unspecified" on the wire, so all kinds are one higher than in the API.
    kind: SpanKind[span.kind - 1] as OtlpSpan['kind'],
    startNs: BigInt(span.startTimeUnixNano),
    endNs: BigInt(span.endTimeUnixNano),
    status: {
      code: SpanStatusCode[span.status?.code ?? 0] as OtlpSpan['status']['code'],
      message: span.status?.message ?? '',
    },
    attributes: attributesOf(span.attributes),
    events: span.events.map(({ name = '', timeUnixNano, attributes }) => ({
      name,
      timeNs: BigInt(timeUnixNano),
      attributes: attributesOf(attributes),
    })),
    links: span.links.map((link) => ({
      traceId: hexadecimal(link.traceId),
      spanId: hexadecimal(link.spanId),
      traceState: link.traceState ?? '',
      flags: link.flags ?? 0,
      attributes: attributesOf(link.attributes),
    })),
    dropped: {
      attributes: span.droppedAttributesCount ?? 0,
      events: span.droppedEventsCount ?? 0,
      links: span.droppedLinksCount ?? 0,
    },
  };
}

function attributesOf(attributes: readonly WireAttribute[]): Attributes {
  const names = new Set(attributes.map(({ key }) => key));
  if (names.size < attributes.length) throw new Error('an attribute was sent twice');
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));
}

function valueOf(value: WireValue | undefined): AttributeValue {
  if (value?.stringValue !== undefined) return value.stringValue;
  if (value?.boolValue !== undefined) return value.boolValue;
  if (value?.intValue !== undefined) return Number(value.intValue);
  if (value?.doubleValue !== undefined) return value.doubleValue;
  if (value?.arrayValue !== undefined) return value.arrayValue.values.map(itemOf) as string[];
  throw new Error(`an attribute without a value: ${JSON.stringify(value)}`);
}

/** In a list there may be nothing. */
function itemOf(value: WireValue): AttributeValue | null {
  return Object.keys(value).length === 0 ? null : valueOf(value);
}

function hexadecimal(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}
