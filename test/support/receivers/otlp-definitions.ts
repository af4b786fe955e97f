import { createRequire } from 'node:module';

/** What protobufjs makes of one message of the official `.proto` files. */
interface MessageType<T> {
  decode(bytes: Uint8Array): object;
  fromObject(plain: object): object;
  toObject(
    message: object,
    options: { longs: StringConstructor; bytes: StringConstructor; arrays: true },
  ): T;
  encode(message: object): { finish(): Uint8Array };
}

/** Bytes are base64, 64-bit numbers are text, a field that is not set may be missing. */
export interface WireRequest {
  readonly resourceSpans: readonly {
    readonly resource?: { readonly attributes: readonly WireAttribute[] };
    readonly scopeSpans: readonly {
      readonly scope?: { readonly name?: string; readonly version?: string };
      readonly spans: readonly WireSpan[];
    }[];
  }[];
}

export interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name?: string;
  readonly kind: number;
  readonly flags?: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly WireAttribute[];
  readonly droppedAttributesCount?: number;
  readonly events: readonly {
    readonly name?: string;
    readonly timeUnixNano: string;
    readonly attributes: readonly WireAttribute[];
    readonly droppedAttributesCount?: number;
  }[];
  readonly droppedEventsCount?: number;
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceState?: string;
    readonly flags?: number;
    readonly attributes: readonly WireAttribute[];
    readonly droppedAttributesCount?: number;
  }[];
  readonly droppedLinksCount?: number;
  readonly status?: { readonly code?: number; readonly message?: string };
}

export interface WireAttribute {
  readonly key: string;
  readonly value?: WireValue;
}

export interface WireValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values: readonly WireValue[] };
}

interface TraceService {
  readonly ExportTraceServiceRequest: MessageType<WireRequest>;
  readonly ExportTraceServiceResponse: MessageType<object>;
}

// Code generated from the official .proto files, of another version than the encoder under test.
const { opentelemetry } = createRequire(import.meta.url)(
  'otlp-definitions/build/src/generated/root.js',
) as { opentelemetry: { proto: { collector: { trace: { v1: TraceService } } } } };

const { ExportTraceServiceRequest, ExportTraceServiceResponse } =
  opentelemetry.proto.collector.trace.v1;

const PLAIN = { longs: String, bytes: String, arrays: true } as const;

export function decodeProtobuf(body: Uint8Array): WireRequest {
  return ExportTraceServiceRequest.toObject(ExportTraceServiceRequest.decode(body), PLAIN);
}

export function decodeJson(body: Uint8Array): WireRequest {
  const message = fromJson(Buffer.from(body).toString());
  return ExportTraceServiceRequest.toObject(message, PLAIN);
}

/** What is given as OTLP has it in JSON, as bytes. */
export function encodeProtobuf(request: object): Uint8Array {
  return ExportTraceServiceRequest.encode(fromJson(JSON.stringify(request))).finish();
}

function fromJson(text: string): object {
  const plain = JSON.parse(text, (key, value: unknown) =>
    HEXADECIMAL.has(key) && typeof value === 'string' ? base64(value) : value,
  ) as object;
  return ExportTraceServiceRequest.fromObject(plain);
}

/** OTLP departs from the JSON of protobuf here: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
const HEXADECIMAL: ReadonlySet<string> = new Set(['traceId', 'spanId', 'parentSpanId']);

function base64(hexadecimal: string): string {
  if (!/^([0-9a-f]{2})*$/.test(hexadecimal)) throw new Error(`not hexadecimal: ${hexadecimal}`);
  return Buffer.from(hexadecimal, 'hex').toString('base64');
}

export interface PartialSuccess {
  readonly rejectedSpans: number;
  readonly errorMessage: string;
}

export function encodeResponse(partialSuccess?: PartialSuccess): Uint8Array {
  const response = partialSuccess === undefined ? {} : { partialSuccess };
  return ExportTraceServiceResponse.encode(
    ExportTraceServiceResponse.fromObject(response),
  ).finish();
}

/** The partial success in an answer; numbers of 64 bits are text. */
export function decodeResponse(body: Uint8Array): object | undefined {
  const message = ExportTraceServiceResponse.decode(body);
  const { partialSuccess } = ExportTraceServiceResponse.toObject(message, PLAIN) as {
    partialSuccess?: object;
  };
  return partialSuccess;
}
