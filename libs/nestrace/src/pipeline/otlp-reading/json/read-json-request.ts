import type { SpanSource } from '../../span-store/stored-span.js';
import { MalformedMessage } from '../reading.js';
import type { AttributeBag } from '../attribute-bag.js';
import type { SpanCollector } from '../span-collector.js';
import { field, isObject, objectOf, requiredList, textOf, type JsonObject } from './json-fields.js';
import { readJsonAttributes } from './read-json-attributes.js';
import { readJsonSpan } from './read-json-span.js';

export function readJsonRequest(request: unknown, collector: SpanCollector): void {
  if (!isObject(request)) throw new MalformedMessage('it is not an object');
  for (const resourceSpans of requiredList(request, 'resourceSpans')) {
    if (isObject(resourceSpans)) readResourceSpans(resourceSpans, collector);
  }
}

function readResourceSpans(resourceSpans: JsonObject, collector: SpanCollector): void {
  const bag = collector.newBag();
  const resource = objectOf(field(resourceSpans, 'resource'));
  readJsonAttributes(field(resource, 'attributes'), bag, collector.maxLength);
  for (const scopeSpans of requiredList(resourceSpans, 'scopeSpans')) {
    if (isObject(scopeSpans)) readScopeSpans(scopeSpans, bag, collector);
  }
}

function readScopeSpans(
  scopeSpans: JsonObject,
  resource: AttributeBag,
  collector: SpanCollector,
): void {
  const scope = objectOf(field(scopeSpans, 'scope'));
  const name = textOf(field(scope, 'name'), collector.maxLength);
  const version = textOf(field(scope, 'version'), collector.maxLength);
  let source: SpanSource | undefined;
  for (const span of requiredList(scopeSpans, 'spans')) {
    if (!isObject(span)) {
      collector.reject('a span is not an object');
      continue;
    }
    source ??= collector.sourceOf(resource, name, version);
    collector.add(readJsonSpan(span, collector), source);
  }
}
