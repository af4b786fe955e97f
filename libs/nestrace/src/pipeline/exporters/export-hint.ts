import { ExportError } from './export.error.js';

const BY_CODE: Record<string, string> = {
  ECONNREFUSED: 'Nothing listens there. Is the collector or Jaeger running?',
  ECONNRESET: 'The connection was cut. Does this port speak the configured protocol?',
  ENOTFOUND: 'The host name is not known. Is it spelled right, and is this the right network?',
  EAI_AGAIN: 'The host name could not be looked up. Is the name server reachable?',
  EHOSTUNREACH: 'There is no way to that host. Is it up, and is this the right network?',
  ENETUNREACH: 'There is no way to that network.',
  ETIMEDOUT: 'There was no answer in time. Is the backend overloaded, or a firewall in between?',
  EPROTO: 'TLS failed. Is it a plain http:// endpoint?',
  HPE_INVALID_CONSTANT: 'That is not HTTP. For a gRPC port (4317) set protocol to "grpc".',
  ERR_SSL_WRONG_VERSION_NUMBER: 'That port does not speak TLS. Use http:// instead of https://.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate is self-signed. Name its authority in tls.ca.',
  SELF_SIGNED_CERT_IN_CHAIN: 'The certificate is self-signed. Name its authority in tls.ca.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The certificate is not trusted. Name its authority in tls.ca.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'The certificate is not trusted. Name its authority in tls.ca.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate of the backend is for another host name.',
  CERT_HAS_EXPIRED: 'The certificate of the backend has expired.',
};

const BY_HTTP_STATUS: Record<number, string> = {
  400: 'The backend could not read the request. Does it speak this protocol?',
  401: 'The credentials are missing or wrong. Check the headers of the exporter.',
  403: 'The credentials are not allowed to write. Check the headers of the exporter.',
  404: 'The path is wrong. OTLP over HTTP is usually taken at /v1/traces.',
  405: 'The path is wrong. OTLP over HTTP is usually taken at /v1/traces.',
  413: 'The batch is too large. Lower batch.maxExportBatchSize.',
  415: 'The backend does not take this encoding. Try protocol "http/protobuf" or "http/json".',
  429: 'The backend asks for less. Lower the sampling ratio or raise its quota.',
  503: 'The backend is not ready.',
};

const BY_GRPC_STATUS: Record<number, string> = {
  3: 'The backend could not read the request.',
  4: 'There was no answer in time. Is the backend overloaded, or is this not a gRPC port?',
  7: 'The credentials are not allowed to write. Check the headers of the exporter.',
  8: 'The backend asks for less. Lower the sampling ratio or raise its quota.',
  12: 'The backend has no OTLP trace service at this endpoint.',
  14: 'The backend cannot be reached. Is it running? For an HTTP port (4318) set protocol to "http/protobuf".',
  16: 'The credentials are missing or wrong. Check the headers of the exporter.',
};

/** One sentence on what to check, or nothing where there is nothing useful to say. */
export function exportHint(error: unknown): string | undefined {
  if (!(error instanceof ExportError)) return undefined;
  const { code, httpStatus, grpcStatus } = error.facts;
  return (
    (code === undefined ? undefined : BY_CODE[code]) ??
    (httpStatus === undefined ? undefined : BY_HTTP_STATUS[httpStatus]) ??
    (grpcStatus === undefined ? undefined : BY_GRPC_STATUS[grpcStatus])
  );
}
