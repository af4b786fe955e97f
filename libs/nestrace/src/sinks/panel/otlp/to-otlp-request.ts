import type { OtlpRequest } from '../../../pipeline/exporters/otlp/json/otlp-request-builder.js';
import { toKeyValues } from '../../../pipeline/exporters/otlp/json/to-any-value.js';
import type {
  SpanSource,
  StoredSpan,
  StoredTrace,
} from '../../../pipeline/span-store/stored-span.js';
import { toOtlpSpan } from './to-otlp-span.js';

type Scopes = Map<SpanSource, StoredSpan[]>;

/** A trace as an `ExportTraceServiceRequest` in JSON, which any backend of OTLP takes. */
export function toOtlpRequest({ spans }: Pick<StoredTrace, 'spans'>): OtlpRequest {
  const byResource = new Map<SpanSource['resource'], Scopes>();
  for (const span of spans) {
    const { source } = span;
    let scopes = byResource.get(source.resource);
    if (scopes === undefined) byResource.set(source.resource, (scopes = new Map()));
    const ofScope = scopes.get(source);
    if (ofScope === undefined) scopes.set(source, [span]);
    else ofScope.push(span);
  }
  return {
    resourceSpans: Array.from(byResource, ([resource, scopes]) => ({
      resource: { attributes: toKeyValues(resource), droppedAttributesCount: 0 },
      scopeSpans: Array.from(scopes, ([{ scope }, ofScope]) => ({
        scope: { name: scope.name, version: scope.version },
        spans: ofScope.map(toOtlpSpan),
        schemaUrl: undefined,
      })),
      schemaUrl: undefined,
    })),
  };
}
