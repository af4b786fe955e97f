import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { RequestBody } from '../../span-format.js';
import { ProtoWriter } from './proto-writer.js';
import { LENGTH_DELIMITED, tag, VARINT } from './wire.js';
import { writeAttributes } from './write-attributes.js';
import { writeSpan } from './write-span.js';

const RESOURCE_SPANS = tag(1, LENGTH_DELIMITED);

/** In both messages, the one of a resource and the one of a scope. */
const HEADER = tag(1, LENGTH_DELIMITED);
const CONTENT = tag(2, LENGTH_DELIMITED);
const SCHEMA_URL = tag(3, LENGTH_DELIMITED);

const RESOURCE = {
  ATTRIBUTES: tag(1, LENGTH_DELIMITED),
  DROPPED_ATTRIBUTES: tag(2, VARINT),
} as const;

const SCOPE = {
  NAME: tag(1, LENGTH_DELIMITED),
  VERSION: tag(2, LENGTH_DELIMITED),
} as const;

/** What is written besides the spans: mostly the resource. */
const USUAL_ENVELOPE = 1024;

/** The spans of one scope: from where to where they stand in what was written. */
class ScopeSpans {
  length = 0;
  readonly runs: { readonly start: number; end: number }[] = [];

  add(start: number, end: number): void {
    this.length += end - start;
    const last = this.runs.at(-1);
    if (last?.end === start) last.end = end;
    else this.runs.push({ start, end });
  }
}

/**
 * `ExportTraceServiceRequest`. The spans are written one behind the other as they come; the rest
 * is put around them in the end, when it is known which of them belong together and how long that
 * is. A span that throws leaves bytes behind nobody refers to.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
 */
export class TraceRequest implements RequestBody {
  private readonly resources = new Map<Resource, Map<InstrumentationScope, ScopeSpans>>();

  constructor(private readonly spans: ProtoWriter) {}

  add(span: ReadableSpan): void {
    const { spans } = this;
    const start = spans.length;
    spans.reserve();
    spans.tag(CONTENT);
    writeSpan(spans, span);
    this.scopeOf(span).add(start, spans.length);
  }

  finish(): Uint8Array {
    const request = new ProtoWriter(this.spans.length + USUAL_ENVELOPE);
    for (const [resource, scopes] of this.resources) {
      request.reserve();
      request.tag(RESOURCE_SPANS);
      const start = request.begin(this.spans.length);
      writeResource(request, resource);
      for (const [scope, spans] of scopes) this.writeScopeSpans(request, scope, spans);
      writeSchemaUrl(request, resource.schemaUrl);
      request.end(start);
    }
    return request.slice(0, request.length);
  }

  private scopeOf({ resource, instrumentationScope }: ReadableSpan): ScopeSpans {
    let scopes = this.resources.get(resource);
    if (scopes === undefined) this.resources.set(resource, (scopes = new Map()));
    let spans = scopes.get(instrumentationScope);
    if (spans === undefined) scopes.set(instrumentationScope, (spans = new ScopeSpans()));
    return spans;
  }

  private writeScopeSpans(
    request: ProtoWriter,
    scope: InstrumentationScope,
    spans: ScopeSpans,
  ): void {
    request.reserve();
    request.tag(CONTENT);
    const start = request.begin(spans.length);
    writeScope(request, scope);
    for (const run of spans.runs) request.append(this.spans.slice(run.start, run.end));
    writeSchemaUrl(request, scope.schemaUrl);
    request.end(start);
  }
}

function writeResource(writer: ProtoWriter, resource: Resource): void {
  writer.tag(HEADER);
  const start = writer.begin(USUAL_ENVELOPE);
  writeAttributes(writer, RESOURCE.ATTRIBUTES, resource.attributes);
  writer.tag(RESOURCE.DROPPED_ATTRIBUTES);
  writer.varint(0);
  writer.end(start);
}

function writeScope(writer: ProtoWriter, scope: InstrumentationScope): void {
  writer.tag(HEADER);
  const start = writer.begin(0);
  writer.tag(SCOPE.NAME);
  writer.string(scope.name);
  if (scope.version) {
    writer.tag(SCOPE.VERSION);
    writer.string(scope.version);
  }
  writer.end(start);
}

function writeSchemaUrl(writer: ProtoWriter, url: string | undefined): void {
  if (!url) return;
  writer.tag(SCHEMA_URL);
  writer.string(url);
}
