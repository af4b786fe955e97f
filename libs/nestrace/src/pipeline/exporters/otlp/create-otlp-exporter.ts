import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { ResolvedOtlpExporter } from '../../../config/otlp-exporter.options.js';
import { MissingPeerError } from '../../../core/errors/missing-peer.error.js';
import { HttpTransport } from '../http.transport.js';
import type { Ending } from '../../../core/ending.js';
import type { ExportError } from '../export.error.js';
import { RetryingTransport } from '../retrying.transport.js';
import { TransportExporter } from '../transport.exporter.js';
import type { Transport } from '../transport.js';
import { GrpcTransport } from './grpc.transport.js';
import { OTLP_USER_AGENT } from './user-agent.js';
import { OtlpFormat } from './otlp.format.js';

/**
 * Makes an OTLP exporter. The heavy packages are loaded only for the protocol in use.
 *
 * @throws MissingPeerError when a package it needs was pruned from the installation
 */
export async function createOtlpExporter(
  options: ResolvedOtlpExporter,
  onAttemptFailed: (error: ExportError) => void,
  ending: Ending,
): Promise<SpanExporter> {
  const transformer = await needed(
    '@opentelemetry/otlp-transformer',
    () => import('@opentelemetry/otlp-transformer'),
  );
  const json = options.protocol === 'http/json';
  const serializer = json ? transformer.JsonTraceSerializer : transformer.ProtobufTraceSerializer;
  const transport = new RetryingTransport(await transportFor(options), onAttemptFailed, ending);
  return new TransportExporter(new OtlpFormat(serializer), transport, options.timeoutMs);
}

async function transportFor(options: ResolvedOtlpExporter): Promise<Transport> {
  if (options.protocol === 'grpc') {
    const grpc = await needed('@grpc/grpc-js', () => import('@grpc/grpc-js'));
    return new GrpcTransport(grpc, options);
  }
  const { ca, cert, key } = options.tls;
  return new HttpTransport({
    url: options.endpoint,
    compression: options.compression,
    headers: {
      'user-agent': OTLP_USER_AGENT,
      ...options.headers,
      'content-type':
        options.protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
    },
    tls: {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
    },
  });
}

async function needed<T>(packageName: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw MissingPeerError.neededFor('The exporter "otlp"', packageName, error);
  }
}
