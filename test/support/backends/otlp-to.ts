import type { OtlpExporterOptions } from 'nestrace';
import type { JaegerUrls } from './backend.js';

export const OTLP_PROTOCOLS = ['grpc', 'http/protobuf', 'http/json'] as const;

/** How to send to a Jaeger. */
export function otlpTo(
  jaeger: JaegerUrls,
  protocol: (typeof OTLP_PROTOCOLS)[number] = 'grpc',
): OtlpExporterOptions {
  return { type: 'otlp', protocol, endpoint: protocol === 'grpc' ? jaeger.grpc : jaeger.http };
}
