import { ExportError, type ExportFacts } from './export.error.js';

const WHICH_PORT = 'gRPC is mostly on port 4317, OTLP over HTTP on 4318, Zipkin on 9411.';
const NO_TLS = 'That port does not speak TLS. Use http:// instead of https://.';
const NO_TRUST = 'The certificate is not trusted. Name its authority in tls.ca.';
const NO_CREDENTIALS = 'The credentials are missing or wrong. Check the headers of the exporter.';
const NO_RIGHTS = 'The credentials are not allowed to write. Check the headers of the exporter.';
const TOO_MUCH = 'The backend asks for less. Lower the sampling ratio or raise its quota.';
const NOT_HTTP = `That port does not speak HTTP. For a gRPC port (4317) set protocol to "grpc".`;

/** For spans no halving makes small enough. */
export const SPAN_TOO_LARGE =
  'A single span is larger than the backend takes. Set limits.attributeValueLength, or raise its limit.';

const BY_CODE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there. Is the collector or Jaeger running?',
  ECONNRESET: `The connection was cut. If it always is: does this port want https://, or another protocol? ${WHICH_PORT}`,
  ECUT: 'The connection was closed at once. Does this port want https://?',
  ENOTFOUND: 'The host name is not known. Is it spelled right, and is this the right network?',
  EAI_AGAIN: 'The host name could not be looked up. Is the name server reachable?',
  EHOSTUNREACH: 'There is no way to that host. Is it up, and is this the right network?',
  ENETUNREACH: 'There is no way to that network.',
  ETIMEDOUT: 'There was no answer in time. Is the backend overloaded, or a firewall in between?',
  EPROTO: `TLS failed. Is it a plain http:// endpoint?`,
  ENOTGRPC:
    'That port does not speak gRPC. For OTLP over HTTP (port 4318) set protocol to "http/protobuf".',
  ENOTOTLP: `That is a web application, not a tracing backend, or it wants a login. Check host, port and path. ${WHICH_PORT}`,
  ETOOLARGE: SPAN_TOO_LARGE,
  HPE_INVALID_CONSTANT: NOT_HTTP,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'The certificate is self-signed. Name it, or its authority, in tls.ca.',
  SELF_SIGNED_CERT_IN_CHAIN: 'The certificate is self-signed. Name its authority in tls.ca.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NO_TRUST,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NO_TRUST,
  ERR_TLS_CERT_ALTNAME_INVALID:
    'The certificate of the backend is for another host name. Use that name in the endpoint.',
  CERT_HAS_EXPIRED: 'The certificate of the backend has expired. It has to be renewed there.',
};

const WRONG_PATH = 'The path is wrong. OTLP over HTTP is mostly taken at /v1/traces.';
const MOVED =
  'The backend sends the spans elsewhere, which is not followed. Use that address as the endpoint.';

const BY_HTTP_STATUS: Readonly<Record<number, string>> = {
  301: MOVED,
  302: MOVED,
  303: MOVED,
  307: MOVED,
  308: MOVED,
  400: `The backend could not read the request. Does it speak this protocol? ${WHICH_PORT}`,
  401: NO_CREDENTIALS,
  403: NO_RIGHTS,
  404: WRONG_PATH,
  405: `${WRONG_PATH} What is there takes no POST.`,
  413: SPAN_TOO_LARGE,
  415: 'The backend does not take this encoding. Try protocol "http/protobuf" or "http/json".',
  429: TOO_MUCH,
  500: 'The backend has a problem of its own; its log tells more.',
  502: 'A proxy in between does not reach the backend.',
  503: 'The backend is not ready, or overloaded.',
  504: 'A proxy in between gets no answer from the backend.',
};

const ZIPKIN_BY_STATUS: Readonly<Record<number, string>> = {
  400: 'The backend could not read the request. For OTLP use an exporter of type "otlp".',
  404: 'The path is wrong. Zipkin takes spans at /api/v2/spans; for OTLP use type "otlp".',
  405: 'The path is wrong. Zipkin takes spans at /api/v2/spans; for OTLP use type "otlp".',
  415: 'The backend does not take the JSON of Zipkin. For OTLP use an exporter of type "otlp".',
};

const BY_GRPC_STATUS: Readonly<Record<number, string>> = {
  3: 'The backend could not read the request.',
  4: 'There was no answer in time. Is the backend overloaded, or is this not a gRPC port?',
  7: NO_RIGHTS,
  8: TOO_MUCH,
  12: 'The backend has no OTLP trace service at this endpoint.',
  14: 'The backend cannot be reached. Is it running? For an HTTP port (4318) set protocol to "http/protobuf".',
  16: NO_CREDENTIALS,
};

/** What is known of the usual ports says more than the error does. */
function byPort({ speaks, port }: ExportFacts): string | undefined {
  if (port === '9411' && speaks !== 'zipkin') {
    return 'Port 9411 is mostly Zipkin. For its own format use an exporter of type "zipkin".';
  }
  if (speaks === 'zipkin' && (port === '4317' || port === '4318')) {
    return `Port ${port} is mostly OTLP. Use an exporter of type "otlp".`;
  }
  return undefined;
}

/** What the wrong kind of backend answers with, or does to the connection. */
const MAY_BE_ANOTHER_BACKEND: ReadonlySet<string | number | undefined> = new Set([
  400,
  404,
  405,
  415,
  'ECONNRESET',
  'ECUT',
  'ENOTGRPC',
  'HPE_INVALID_CONSTANT',
  'ENOTOTLP',
]);

/** One sentence or two on what to check, or nothing where there is nothing useful to say. */
export function exportHint(error: unknown): string | undefined {
  if (!(error instanceof ExportError)) return undefined;
  const { facts } = error;
  const { code, httpStatus, grpcStatus, speaks } = facts;
  const isOther = MAY_BE_ANOTHER_BACKEND.has(code) || MAY_BE_ANOTHER_BACKEND.has(httpStatus);
  return (
    (isOther ? byPort(facts) : undefined) ??
    (code === undefined ? undefined : BY_CODE[code]) ??
    (httpStatus === undefined || speaks !== 'zipkin' ? undefined : ZIPKIN_BY_STATUS[httpStatus]) ??
    (httpStatus === undefined ? undefined : BY_HTTP_STATUS[httpStatus]) ??
    (grpcStatus === undefined ? undefined : BY_GRPC_STATUS[grpcStatus])
  );
}
