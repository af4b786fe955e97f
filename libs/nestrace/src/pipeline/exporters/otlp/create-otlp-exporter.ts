import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { ResolvedOtlpExporter } from '../../../config/otlp-exporter.options.js';
import { MissingPeerError } from '../../../core/errors/missing-peer.error.js';
import { HttpTransport } from '../http.transport.js';
import type { SendNotes } from '../batch-sender.js';
import { RetryingTransport, type RetryTerms } from '../retrying.transport.js';
import { TransportExporter } from '../transport.exporter.js';
import type { Transport } from '../transport.js';
import { GrpcTransport } from './grpc.transport.js';
import { OTLP_USER_AGENT } from './user-agent.js';
import { jsonFormat } from './json/json.format.js';
import { ProtobufFormat } from './protobuf/protobuf.format.js';

/**
 * Makes an OTLP exporter. The package for gRPC is heavy, and only loaded where it is used.
 *
 * @throws MissingPeerError when the package for gRPC was pruned from the installation
 */
export async function createOtlpExporter(
  options: ResolvedOtlpExporter,
  terms: RetryTerms,
  notes?: SendNotes,
): Promise<SpanExporter> {
  const transport = new RetryingTransport(await transportFor(options), terms);
  const format = options.protocol === 'http/json' ? jsonFormat : new ProtobufFormat();
  return new TransportExporter(format, transport, options.timeoutMs, notes);
}

async function transportFor(options: ResolvedOtlpExporter): Promise<Transport> {
  if (options.protocol === 'grpc') {
    return new GrpcTransport(await loadGrpc(), options);
  }
  const { ca, cert, key } = options.tls;
  return new HttpTransport({
    speaks: 'otlp-http',
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

async function loadGrpc(): Promise<typeof import('@grpc/grpc-js')> {
  try {
    return await import('@grpc/grpc-js');
  } catch (error) {
    throw MissingPeerError.neededFor('The exporter "otlp"', '@grpc/grpc-js', error);
  }
}
