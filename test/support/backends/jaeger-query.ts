import { decodeJson } from '../receivers/otlp-definitions.js';
import { otlpSpansOf, type OtlpSpan } from '../receivers/otlp-span.js';
import { askJson } from './ask-json.js';
import { atLeast } from './at-least.js';
import { shownSpansOf, type ShownSpan, type ShownTrace } from './jaeger-shown-span.js';

/** Where Jaeger notes on a span what it thinks of it. */
const WARNINGS = '@jaeger@warnings';

/** A span as Jaeger has stored it. */
export interface StoredSpan extends OtlpSpan {
  readonly warnings: readonly string[];
}

/** Jaeger as one asks it. */
export class JaegerQuery {
  constructor(private readonly url: string) {}

  /** A trace as Jaeger has stored it, once it has so many spans; in OTLP. */
  async stored(traceId: string, count: number): Promise<readonly StoredSpan[]> {
    return atLeast(count, async () => {
      const answer = (await askJson(this.storedUrl(traceId))) as { result: object } | undefined;
      if (answer === undefined) return [];
      return otlpSpansOf(decodeJson(Buffer.from(JSON.stringify(answer.result)))).map(storedSpan);
    });
  }

  /** The same trace as the pages of Jaeger get it. */
  async shown(traceId: string, count: number): Promise<readonly ShownSpan[]> {
    return atLeast(count, async () => {
      const answer = (await askJson(this.shownUrl(traceId))) as
        { readonly data: readonly ShownTrace[] } | undefined;
      return (answer?.data ?? []).flatMap(shownSpansOf);
    });
  }

  async services(): Promise<readonly string[]> {
    const { services = [] } = (await askJson(`${this.url}/api/v3/services`)) as {
      services?: string[];
    };
    return services;
  }

  /** Names of spans, with their kind. */
  async operations(service: string): Promise<readonly string[]> {
    const query = new URLSearchParams({ service });
    const { operations } = (await askJson(`${this.url}/api/v3/operations?${query}`)) as {
      operations: readonly { readonly name: string; readonly spanKind: string }[];
    };
    return operations.map(({ name, spanKind }) => `${name} ${spanKind}`).toSorted();
  }

  storedUrl(traceId: string): string {
    return `${this.url}/api/v3/traces/${traceId}`;
  }

  shownUrl(traceId: string): string {
    return `${this.url}/api/traces/${traceId}`;
  }
}

function storedSpan(span: OtlpSpan): StoredSpan {
  const { [WARNINGS]: warnings = [], ...attributes } = span.attributes;
  return { ...span, attributes, warnings: warnings as string[] };
}
