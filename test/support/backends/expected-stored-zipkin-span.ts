import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { expectedZipkinSpan } from '../receivers/expected-zipkin-span.js';
import type { StoredZipkinSpan } from './zipkin-query.js';

/**
 * What Zipkin has to give back of a span. Its own doing: names of spans and services become lower
 * case, a name without a letter in it goes, annotations are sorted by their time and text, and half
 * of a surrogate pair becomes a question mark.
 *
 * What its format has no place for: nanoseconds (a duration of less is one microsecond), links, the
 * trace state, whether the parent is remote, and the type of a value. An event is one text.
 */
export function expectedStoredZipkinSpan(span: ReadableSpan): StoredZipkinSpan {
  const { name, tags, localEndpoint, remoteEndpoint, annotations, ...rest } =
    expectedZipkinSpan(span);
  return {
    ...rest,
    ...(name !== '' && { name: name.toLowerCase() }),
    tags: Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, wellFormed(value)])),
    localEndpoint: lowerCase(localEndpoint),
    ...(remoteEndpoint !== undefined && { remoteEndpoint: lowerCase(remoteEndpoint) }),
    ...(annotations !== undefined && {
      annotations: annotations.toSorted(
        (a, b) => a.timestamp - b.timestamp || (a.value < b.value ? -1 : 1),
      ),
    }),
  };
}

function lowerCase<T extends { readonly serviceName: string }>(endpoint: T): T {
  return { ...endpoint, serviceName: endpoint.serviceName.toLowerCase() };
}

function wellFormed(text: string): string {
  return text.replaceAll(
    /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    '?',
  );
}
