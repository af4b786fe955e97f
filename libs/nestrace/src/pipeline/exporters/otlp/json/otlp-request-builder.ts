import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { toKeyValues, type KeyValue } from './to-any-value.js';
import { toOtlpSpan, type OtlpSpan } from './to-otlp-span.js';

/** `ExportTraceServiceRequest`. What is `undefined` is missing in JSON. */
export interface OtlpRequest {
  readonly resourceSpans: readonly ResourceSpans[];
}

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

type Scopes = Map<InstrumentationScope, OtlpSpan[]>;

/** A request that is put together span by span: the spans by resource and scope. */
export class OtlpRequestBuilder {
  private readonly byResource = new Map<Resource, Scopes>();

  add(span: ReadableSpan): void {
    // What cannot be written throws here, before anything of it is in the request.
    const written = toOtlpSpan(span);
    const { resource, instrumentationScope } = span;
    let scopes = this.byResource.get(resource);
    if (scopes === undefined) {
      scopes = new Map();
      this.byResource.set(resource, scopes);
    }
    const spans = scopes.get(instrumentationScope);
    if (spans === undefined) scopes.set(instrumentationScope, [written]);
    else spans.push(written);
  }

  finish(): OtlpRequest {
    return { resourceSpans: Array.from(this.byResource, toResourceSpans) };
  }
}

function toResourceSpans([resource, scopes]: [Resource, Scopes]): ResourceSpans {
  return {
    resource: { attributes: toKeyValues(resource.attributes), droppedAttributesCount: 0 },
    scopeSpans: Array.from(scopes, toScopeSpans),
    schemaUrl: resource.schemaUrl,
  };
}

function toScopeSpans([scope, spans]: [InstrumentationScope, OtlpSpan[]]): ScopeSpans {
  return {
    scope: { name: scope.name, version: scope.version },
    spans,
    schemaUrl: scope.schemaUrl,
  };
}
