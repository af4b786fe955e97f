import { BoundedMap } from '../../core/bounded-map.js';
import { ATTR_SERVICE_NAME } from '../attributes.js';
import type { SpanSource } from '../span-store/stored-span.js';

/** Scopes of the services that run on a developer's machine. */
const MAX_REMEMBERED = 256;

/** Of a resource and its scope, as JSON. What is larger serves the spans of one message only. */
const MAX_SIZE = 16 * 1024;

/** As OpenTelemetry calls a service that does not say its name. */
const NAMELESS = 'unknown_service';

/** One object for all spans of a scope, over many messages: a resource takes more than a span. */
export class ReceivedSources {
  private readonly known = new BoundedMap<string, SpanSource>(MAX_REMEMBERED);

  of(resource: SpanSource['resource'], scope: SpanSource['scope']): SpanSource {
    const key = JSON.stringify([scope.name, scope.version, resource]);
    let source = this.known.get(key);
    if (source === undefined) {
      const name = resource[ATTR_SERVICE_NAME];
      const service = typeof name === 'string' && name !== '' ? name : NAMELESS;
      source = { service, resource, scope, isReceived: true };
      if (key.length <= MAX_SIZE) this.known.set(key, source);
    }
    return source;
  }
}
