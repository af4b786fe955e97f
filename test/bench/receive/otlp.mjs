import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { opentelemetry } = require('otlp-definitions/build/src/generated/root.js');
const { ExportTraceServiceRequest } = opentelemetry.proto.collector.trace.v1;

/** Spans in the official OTLP definitions. */
export const format = {
  accepts: (path) => path === '/v1/traces',
  answer: { type: 'application/x-protobuf', body: '' },
  spansOf: (body) =>
    ExportTraceServiceRequest.decode(body).resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) =>
        spans.map(({ name, parentSpanId }) => ({ name, isRoot: !parentSpanId?.length })),
      ),
    ),
};
