import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_NAME } from '../attributes.js';
import type { PanelRedaction } from './panel-redaction.js';
import type { SpanSource } from './stored-span.js';

/** One record for each instrumentation scope, however many spans it makes. */
export class SpanSources {
  private readonly known = new WeakMap<object, SpanSource>();

  private readonly others = new WeakMap<SpanSource, SpanSource>();

  constructor(private readonly policy: PanelRedaction) {}

  /** The source of a span of another process without its secrets; its size where it is a new one. */
  received(given: SpanSource): { readonly source: SpanSource; readonly bytes: number } {
    const known = this.others.get(given);
    if (known !== undefined) return { source: known, bytes: 0 };
    const { values, bytes } = this.policy.redact(given.resource);
    const source = { ...given, resource: values };
    this.others.set(given, source);
    return { source, bytes };
  }

  of({ instrumentationScope, resource }: ReadableSpan): SpanSource {
    const known = this.known.get(instrumentationScope);
    // Attributes that have to be waited for may have come meanwhile.
    if (known !== undefined && known.resource !== PENDING) return known;
    const { name, version } = instrumentationScope;
    const isPending = resource.asyncAttributesPending === true;
    const source: SpanSource = {
      service: String(resource.attributes[ATTR_SERVICE_NAME] ?? ''),
      resource: isPending ? PENDING : this.policy.redact(resource.attributes).values,
      scope: version === undefined ? { name } : { name, version },
      isReceived: false,
    };
    this.known.set(instrumentationScope, source);
    return source;
  }
}

const PENDING: SpanSource['resource'] = Object.freeze({});
