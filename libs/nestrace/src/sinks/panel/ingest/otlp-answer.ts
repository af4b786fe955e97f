import { ProtoWriter } from '../../../pipeline/exporters/otlp/protobuf/proto-writer.js';
import { LENGTH_DELIMITED, tag, VARINT } from '../../../pipeline/exporters/otlp/protobuf/wire.js';
import type { Refused } from './refused.js';

export const PROTOBUF = 'application/x-protobuf';
export const JSON_TYPE = 'application/json';

/** An answer is in the encoding of the request. */
export type OtlpType = typeof PROTOBUF | typeof JSON_TYPE;

/** The encoding a `Content-Type` stands for. */
export function otlpTypeOf(contentType: string | undefined): OtlpType | undefined {
  const [type = ''] = (contentType ?? '').split(';');
  switch (type.trim().toLowerCase()) {
    case PROTOBUF:
    case 'application/protobuf':
      return PROTOBUF;
    case JSON_TYPE:
      return JSON_TYPE;
    default:
      return undefined;
  }
}

const PARTIAL_SUCCESS = tag(1, LENGTH_DELIMITED);
const REJECTED = tag(1, VARINT);
const ERROR_MESSAGE = tag(2, LENGTH_DELIMITED);

/** `ExportTraceServiceResponse`; without anything in it, it is the response for logs and metrics too. */
export function exportResponse(type: OtlpType, rejectedSpans = 0, errorMessage = ''): Buffer {
  if (rejectedSpans === 0) return Buffer.from(type === PROTOBUF ? '' : '{}');
  if (type === JSON_TYPE) {
    const partialSuccess = { rejectedSpans: String(rejectedSpans), errorMessage };
    return Buffer.from(JSON.stringify({ partialSuccess }));
  }
  return written((writer) => {
    writer.tag(PARTIAL_SUCCESS);
    const start = writer.begin(errorMessage.length);
    writer.tag(REJECTED);
    writer.varint(rejectedSpans);
    writer.tag(ERROR_MESSAGE);
    writer.string(errorMessage);
    writer.end(start);
  });
}

const CODE = tag(1, VARINT);
const MESSAGE = tag(2, LENGTH_DELIMITED);

/** `google.rpc.Status`, as OTLP wants it for every failure. */
export function statusResponse(type: OtlpType, { status, message }: Refused): Buffer {
  const code = RPC_CODES[status] ?? UNKNOWN;
  if (type === JSON_TYPE) return Buffer.from(JSON.stringify({ code, message }));
  return written((writer) => {
    writer.tag(CODE);
    writer.varint(code);
    writer.tag(MESSAGE);
    writer.string(message);
  });
}

const UNKNOWN = 2;

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
const RPC_CODES: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  405: 12,
  408: 4,
  413: 8,
  415: 3,
  429: 8,
  500: 13,
  503: 14,
};

function written(write: (writer: ProtoWriter) => void): Buffer {
  const writer = new ProtoWriter(256);
  write(writer);
  return Buffer.from(writer.slice(0, writer.length));
}
