import {
  decodeJson,
  decodeProtobuf,
  type WireRequest,
} from '../../support/receivers/otlp-definitions.js';

export interface ReadSpans {
  readonly ids: readonly string[];
  /** Spans that end before they begin or last longer than any request here does. */
  readonly odd: number;
}

const MINUTE_MS = 60_000;

/** As the protocol in use has them; a body nobody can read throws. */
export function readSpans(body: Buffer, contentType: string, path: string): ReadSpans {
  if (path.startsWith('/api/v2/spans')) return readZipkin(body);
  return readOtlp(contentType === 'application/json' ? decodeJson(body) : decodeProtobuf(body));
}

function readOtlp({ resourceSpans }: WireRequest): ReadSpans {
  const spans = resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap((scope) => scope.spans),
  );
  return {
    ids: spans.map(({ spanId }) => spanId),
    odd: spans.filter(({ startTimeUnixNano, endTimeUnixNano }) =>
      isOdd(Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6),
    ).length,
  };
}

function readZipkin(body: Buffer): ReadSpans {
  const spans = JSON.parse(body.toString()) as { readonly id: string; readonly duration: number }[];
  return {
    ids: spans.map(({ id }) => id),
    odd: spans.filter(({ duration }) => isOdd(duration / 1000)).length,
  };
}

function isOdd(durationMs: number): boolean {
  return durationMs < 0 || durationMs > MINUTE_MS;
}
