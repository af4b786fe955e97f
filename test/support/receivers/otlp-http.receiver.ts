import { startHttpReceiver } from './http.receiver.js';
import { decodeJson, decodeProtobuf, encodeResponse } from './otlp-definitions.js';
import { otlpSpansOf, type OtlpSpan } from './otlp-span.js';
import type { Behaviour, Receiver, ReceiverTls } from './receiver.js';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';

/** An OTLP backend that speaks HTTP, protobuf and JSON alike. Its URL includes the path. */
export function startOtlpHttpReceiver(
  tls?: ReceiverTls,
  path = '/v1/traces',
): Promise<Receiver<OtlpSpan>> {
  return startHttpReceiver<OtlpSpan>(
    {
      path,
      status: 200,
      contentTypes: [PROTOBUF, JSON_TYPE],
      decode: (body, contentType) =>
        otlpSpansOf(contentType === PROTOBUF ? decodeProtobuf(body) : decodeJson(body)),
      answer,
    },
    tls,
  );
}

function answer(behaviour: Behaviour, contentType: string): Uint8Array {
  const partial =
    behaviour.kind === 'partial'
      ? { rejectedSpans: behaviour.rejected, errorMessage: behaviour.message }
      : undefined;
  if (contentType === PROTOBUF) return encodeResponse(partial);
  return Buffer.from(JSON.stringify(partial === undefined ? {} : { partialSuccess: partial }));
}
