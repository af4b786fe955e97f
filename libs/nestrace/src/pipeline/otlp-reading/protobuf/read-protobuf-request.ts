import { LENGTH_DELIMITED, tag } from '../../exporters/otlp/protobuf/wire.js';
import type { SpanSource } from '../../span-store/stored-span.js';
import type { AttributeBag } from '../attribute-bag.js';
import type { SpanCollector } from '../span-collector.js';
import { ProtoReader } from './proto-reader.js';
import { readAttribute } from './read-attributes.js';
import { readSpan } from './read-span.js';

const RESOURCE_SPANS = tag(1, LENGTH_DELIMITED);

/** In both messages, the one of a resource and the one of a scope. */
const HEADER = tag(1, LENGTH_DELIMITED);
const CONTENT = tag(2, LENGTH_DELIMITED);

const RESOURCE_ATTRIBUTES = tag(1, LENGTH_DELIMITED);

const SCOPE = {
  NAME: tag(1, LENGTH_DELIMITED),
  VERSION: tag(2, LENGTH_DELIMITED),
} as const;

export function readProtobufRequest(message: Uint8Array, collector: SpanCollector): void {
  const { buffer, byteOffset, byteLength } = message;
  const reader = new ProtoReader(Buffer.from(buffer, byteOffset, byteLength));
  while (reader.next()) {
    if (reader.tag === RESOURCE_SPANS) readResourceSpans(reader.message(), collector);
    else reader.skip();
  }
}

/** Fields come in any order: first what all the spans have in common, then the spans. */
function readResourceSpans(reader: ProtoReader, collector: SpanCollector): void {
  let resource = collector.newBag();
  eachField(reader, HEADER, () => {
    resource = readResource(reader.message(), collector);
  });
  reader.rewind();
  eachField(reader, CONTENT, () => {
    readScopeSpans(reader.message(), resource, collector);
  });
}

function readScopeSpans(
  reader: ProtoReader,
  resource: AttributeBag,
  collector: SpanCollector,
): void {
  let scope = { name: '', version: '' };
  eachField(reader, HEADER, () => {
    scope = readScope(reader.message(), collector.maxLength);
  });
  reader.rewind();
  let source: SpanSource | undefined;
  eachField(reader, CONTENT, () => {
    source ??= collector.sourceOf(resource, scope.name, scope.version);
    collector.add(readSpan(reader.message(), collector), source);
  });
}

function readResource(reader: ProtoReader, collector: SpanCollector): AttributeBag {
  const bag = collector.newBag();
  eachField(reader, RESOURCE_ATTRIBUTES, () => {
    readAttribute(reader, bag, collector.maxLength);
  });
  return bag;
}

function readScope(reader: ProtoReader, maxLength: number): { name: string; version: string } {
  const scope = { name: '', version: '' };
  while (reader.next()) {
    if (reader.tag === SCOPE.NAME) scope.name = reader.text(maxLength);
    else if (reader.tag === SCOPE.VERSION) scope.version = reader.text(maxLength);
    else reader.skip();
  }
  return scope;
}

function eachField(reader: ProtoReader, wanted: number, read: () => void): void {
  while (reader.next()) {
    if (reader.tag === wanted) read();
    else reader.skip();
  }
}
