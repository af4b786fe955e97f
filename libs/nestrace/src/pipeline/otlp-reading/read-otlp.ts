import { parseJson } from './json/parse-json.js';
import { readJsonRequest } from './json/read-json-request.js';
import { readProtobufRequest } from './protobuf/read-protobuf-request.js';
import { MalformedMessage, type OtlpReading, type ReadingLimits } from './reading.js';
import { ReceivedSources } from './received-sources.js';
import { SpanCollector } from './span-collector.js';

/**
 * Reads an `ExportTraceServiceRequest` in protobuf. Never throws. Spans of a scope share a source;
 * over several messages, if the same `sources` are given.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/collector/trace/v1/trace_service.proto
 */
export function readOtlpProtobuf(
  message: Uint8Array,
  limits: ReadingLimits,
  sources = new ReceivedSources(),
): OtlpReading {
  return collect(limits, sources, (collector) => {
    readProtobufRequest(message, collector);
  });
}

/** Reads an `ExportTraceServiceRequest` in JSON. Never throws. */
export function readOtlpJson(
  text: string,
  limits: ReadingLimits,
  sources = new ReceivedSources(),
): OtlpReading {
  return collect(limits, sources, (collector) => {
    readJsonRequest(parseJson(text), collector);
  });
}

/** Reads requests that have been parsed already. Never throws. */
export function readOtlpObjects(
  requests: readonly unknown[],
  limits: ReadingLimits,
  sources = new ReceivedSources(),
): OtlpReading {
  return collect(limits, sources, (collector) => {
    for (const request of requests) readJsonRequest(request, collector);
  });
}

function collect(
  limits: ReadingLimits,
  sources: ReceivedSources,
  read: (collector: SpanCollector) => void,
): OtlpReading {
  const collector = new SpanCollector(limits, sources);
  try {
    read(collector);
    return collector.finish();
  } catch (error) {
    const problem =
      error instanceof MalformedMessage ? error.message : `it cannot be read: ${String(error)}`;
    return { spans: [], rejected: 0, problem };
  }
}
