import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { PartialSuccessError } from '../../export.error.js';
import type { RequestBody, SpanFormat } from '../../span-format.js';
import { isJsonAnswer } from './is-json-answer.js';
import { OtlpRequestBuilder } from './otlp-request-builder.js';
import { splitJson } from './split-request.js';

/** OTLP in JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
export const jsonFormat: SpanFormat = {
  encode(spans: ReadableSpan[]): Uint8Array {
    const body = startBody();
    for (const span of spans) body.add(span);
    return body.finish();
  },

  startBody,

  /** An answer that cannot be read changes nothing: the spans were taken. */
  partialSuccess(answer: Uint8Array): PartialSuccessError | undefined {
    try {
      const { partialSuccess } = JSON.parse(Buffer.from(answer).toString()) as ExportResponse;
      const rejected = Number(partialSuccess?.rejectedSpans);
      if (!(rejected > 0)) return undefined;
      return new PartialSuccessError(rejected, partialSuccess?.errorMessage ?? '');
    } catch {
      return undefined;
    }
  },

  isAnswer: isJsonAnswer,
  split: splitJson,
};

function startBody(): RequestBody {
  const builder = new OtlpRequestBuilder();
  return {
    add: (span) => {
      builder.add(span);
    },
    finish: () => {
      const request = builder.finish();
      const text = JSON.stringify(request);
      // Half a surrogate pair is written as an escape that strict backends refuse the whole request for.
      return Buffer.from(text.includes('\\ud') ? JSON.stringify(request, wellFormed) : text);
    },
  };
}

/** `ExportTraceServiceResponse`. A number of 64 bits may come as text. */
interface ExportResponse {
  readonly partialSuccess?: {
    readonly rejectedSpans?: number | string;
    readonly errorMessage?: string;
  };
}

/** A value with U+FFFD for every half of a surrogate pair, as in UTF-8. */
function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value).toString() : value;
}
