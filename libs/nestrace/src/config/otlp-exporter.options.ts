import { readFileSync } from 'node:fs';
import { boolean, headers, integer, oneOf, REFUSED, text, url, type Kind } from './schema/kind.js';
import { group, option, type Environment, type ResolvedFields } from './schema/node.js';
import { valueInFile } from './schema/file-leaf.js';
import type { FileValue } from './schema/file-value.js';
import { Report, whoSet } from './schema/report.js';
import type { FieldsResolver } from './schema/resolve-fields.js';

/**
 * OTLP, the protocol of OpenTelemetry, to a collector or to any backend that speaks it. Environment
 * for what is left out: the `OTEL_EXPORTER_OTLP_TRACES_*` and `OTEL_EXPORTER_OTLP_*` variables
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/).
 *
 * @publicApi
 */
export interface OtlpExporterOptions {
  readonly type: 'otlp';
  /** How it is called in logs. @default 'otlp' */
  readonly name?: string | undefined;
  /** @default 'grpc' */
  readonly protocol?: 'grpc' | 'http/protobuf' | 'http/json' | undefined;
  /**
   * Where to send to. For the http protocols a URL whose path ends in `/traces` is used as it is,
   * any other is a base that gets `/v1/traces` appended. For grpc `host:port` is accepted too.
   *
   * @default 'http://localhost:4317', for the http protocols 'http://localhost:4318/v1/traces'
   */
  readonly endpoint?: string | undefined;
  /**
   * Sent with every export, usually a key of the backend. Headers from the environment are used
   * only while the endpoint is not set in code: they belong to the endpoint of the environment.
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds for one export, retries included. @default 10000 */
  readonly timeoutMs?: number | undefined;
  /** @default 'none' */
  readonly compression?: 'gzip' | 'none' | undefined;
  readonly tls?: TlsOptions | undefined;
}

/**
 * How to talk to an `https://` endpoint.
 *
 * @publicApi
 */
export interface TlsOptions {
  /** Certificate authority to trust: PEM text or the path of a PEM file. */
  readonly ca?: string | undefined;
  /** Client certificate: PEM text or the path of a PEM file. */
  readonly cert?: string | undefined;
  /** Client key: PEM text or the path of a PEM file. */
  readonly key?: string | undefined;
  /** Talk plain text to a grpc endpoint given without `http://` or `https://`. @default false */
  readonly insecure?: boolean | undefined;
}

const endpointKind: Kind<string> = {
  accepted: 'a URL that starts with http:// or https://; for grpc also host:port',
  check: (value) => {
    if (typeof value !== 'string') return REFUSED;
    if (/^(unix|dns|ipv4|ipv6):|^[^/:\s]+:\d+$/.test(value)) return value;
    return url('http:', 'https:').check(value);
  },
  parse: (value) => endpointKind.check(value),
};

const pem: Kind<string> = {
  accepted: 'PEM text, or the path of a PEM file that can be read',
  check: (value) => {
    if (typeof value !== 'string' || value === '') return REFUSED;
    if (value.includes('-----BEGIN')) return value;
    try {
      return readFileSync(value, 'utf8');
    } catch {
      return REFUSED;
    }
  },
  parse: (value) => pem.check(value),
};

const otlpEnv = (name: string): string[] => [
  `OTEL_EXPORTER_OTLP_TRACES_${name}`,
  `OTEL_EXPORTER_OTLP_${name}`,
];

export const otlpSchema = {
  name: option(text, { fallback: 'otlp' }),
  protocol: option(oneOf('grpc', 'http/protobuf', 'http/json'), {
    env: otlpEnv('PROTOCOL'),
    fallback: 'grpc',
  }),
  endpoint: option<string | undefined>(endpointKind, {
    env: otlpEnv('ENDPOINT'),
    fallback: undefined,
  }),
  headers: option(headers, { env: otlpEnv('HEADERS'), fallback: {} }),
  timeoutMs: option(integer(1, 3_600_000), { env: otlpEnv('TIMEOUT'), fallback: 10_000 }),
  compression: option(oneOf('gzip', 'none'), { env: otlpEnv('COMPRESSION'), fallback: 'none' }),
  tls: group({
    ca: option<string | undefined>(pem, { env: otlpEnv('CERTIFICATE'), fallback: undefined }),
    cert: option<string | undefined>(pem, {
      env: otlpEnv('CLIENT_CERTIFICATE'),
      fallback: undefined,
    }),
    key: option<string | undefined>(pem, { env: otlpEnv('CLIENT_KEY'), fallback: undefined }),
    insecure: option(boolean, { env: otlpEnv('INSECURE'), fallback: false }),
  }),
};

export interface ResolvedOtlpExporter extends ResolvedFields<typeof otlpSchema> {
  readonly type: 'otlp';
  readonly endpoint: string;
}

/** Brings the options of one OTLP exporter into their complete form. */
export function resolveOtlp(
  given: Record<string, unknown>,
  path: string,
  env: Environment,
  report: Report,
  fields: FieldsResolver,
  file?: FileValue,
): ResolvedOtlpExporter {
  // Credentials in the environment were given for the endpoint of the environment.
  const ownEndpoint = given['endpoint'] !== undefined && given['headers'] === undefined;
  const input = ownEndpoint ? { ...given, headers: {} } : given;
  const found = fields.fields(otlpSchema, input, path, file);
  const resolved = { ...found, headers: ownHeaders(found.headers, path, report, file) };
  const { endpoint = defaultEndpoint(resolved.protocol), protocol } = resolved;
  const origin = report.origins.get(`${path}.endpoint`);
  if (protocol !== 'grpc' && !/^https?:\/\//i.test(endpoint)) {
    const accepted = 'for http protocols a URL with http:// or https://';
    if (origin?.variable === undefined) {
      report.problem(`${path}.endpoint`, endpoint, accepted);
    } else {
      report.badVariable(origin.variable, endpoint, accepted);
      report.from(`${path}.endpoint`, { source: 'default' });
    }
    return { type: 'otlp', ...resolved, endpoint: withTracesPath(defaultEndpoint(protocol)) };
  }
  const isComplete =
    origin?.variable === 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT' ||
    (origin?.source === 'file' && file?.entries?.get('endpoint')?.complete === true);
  const asItIs = protocol === 'grpc' || isComplete;
  return { type: 'otlp', ...resolved, endpoint: asItIs ? endpoint : withTracesPath(endpoint) };
}

/**
 * Headers are keys of a backend, and go nowhere else: those of the file to an endpoint of the file,
 * those of the environment to one of the environment, either to the default.
 */
function ownHeaders(
  found: ResolvedOtlpExporter['headers'],
  path: string,
  report: Report,
  file: FileValue | undefined,
): ResolvedOtlpExporter['headers'] {
  const endpoint = report.origins.get(`${path}.endpoint`);
  const origin = report.origins.get(`${path}.headers`);
  const written = file?.entries?.get('headers');
  if (endpoint === undefined || origin === undefined) return found;
  const isStranger =
    (endpoint.source === 'file' && origin.source === 'env') ||
    (endpoint.source === 'env' && origin.source === 'file');
  if (!isStranger) return found;
  report.warnings.push(
    `The headers of ${whoSet(origin)} are not sent: the endpoint comes from ${whoSet(endpoint)}, and ` +
      `headers go only to the endpoint they were given for.`,
  );
  if (endpoint.source === 'env' || written === undefined) {
    report.from(`${path}.headers`, { source: 'default' });
    return {};
  }
  const own = valueInFile(headers, written, `${path}.headers`, new Report());
  report.from(`${path}.headers`, { source: 'file', ...written.place });
  return own?.value ?? {};
}

function defaultEndpoint(protocol: ResolvedOtlpExporter['protocol']): string {
  return protocol === 'grpc' ? 'http://localhost:4317' : 'http://localhost:4318';
}

function withTracesPath(endpoint: string): string {
  const parsed = new URL(endpoint);
  const path = parsed.pathname.replace(/\/+$/, '');
  if (path.endsWith('/traces')) return endpoint;
  parsed.pathname = `${path}/v1/traces`;
  return parsed.toString();
}
