import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { toKeyValues, type KeyValue } from './to-any-value.js';
import { toOtlpSpan, type OtlpSpan } from './to-otlp-span.js';

/** What is `undefined` is missing in JSON. */
interface ResourceSpans {
  readonly resource: {
    readonly attributes: readonly KeyValue[];
    readonly droppedAttributesCount: number;
  };
  readonly scopeSpans: readonly ScopeSpans[];
  readonly schemaUrl: string | undefined;
}

interface ScopeSpans {
  readonly scope: { readonly name: string; readonly version: string | undefined };
  readonly spans: readonly OtlpSpan[];
  readonly schemaUrl: string | undefined;
}

/** `ExportTraceServiceRequest`: the spans by resource and scope. */
export function toOtlpRequest(spans: readonly ReadableSpan[]): {
  readonly resourceSpans: readonly ResourceSpans[];
} {
  const byResource = groupBy(spans, ({ resource }) => resource);
  return { resourceSpans: Array.from(byResource, toResourceSpans) };
}

function toResourceSpans([resource, spans]: [Resource, readonly ReadableSpan[]]): ResourceSpans {
  const byScope = groupBy(spans, ({ instrumentationScope }) => instrumentationScope);
  return {
    resource: { attributes: toKeyValues(resource.attributes), droppedAttributesCount: 0 },
    scopeSpans: Array.from(byScope, toScopeSpans),
    schemaUrl: resource.schemaUrl,
  };
}

function toScopeSpans([scope, spans]: [InstrumentationScope, readonly ReadableSpan[]]): ScopeSpans {
  return {
    scope: { name: scope.name, version: scope.version },
    spans: spans.map(toOtlpSpan),
    schemaUrl: scope.schemaUrl,
  };
}

/** `Map.groupBy` is not in Node 20. */
function groupBy<K, V>(values: readonly V[], keyOf: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
