import { VERSION } from '../../../version.js';

/** https://opentelemetry.io/docs/specs/otel/protocol/exporter/#user-agent */
export const OTLP_USER_AGENT = `OTel-OTLP-Exporter-JavaScript/nestrace-${VERSION}`;
