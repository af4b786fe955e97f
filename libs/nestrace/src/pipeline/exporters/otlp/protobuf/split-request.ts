import { protoFields } from './proto-fields.js';
import { LENGTH_DELIMITED, tag } from './wire.js';

/** What leads from a request to its spans: of resources, of scopes, of spans. */
const WAY_TO_SPANS = [
  tag(1, LENGTH_DELIMITED),
  tag(2, LENGTH_DELIMITED),
  tag(2, LENGTH_DELIMITED),
] as const;

/**
 * Cuts an `ExportTraceServiceRequest` behind so many of its spans. Each part has the resources and
 * scopes its spans belong to. The bytes of the spans are copied as they are.
 */
export function splitProtobuf(request: Uint8Array, first: number): [Uint8Array, Uint8Array] {
  return [part(request, (index) => index < first), part(request, (index) => index >= first)];
}

function part(request: Uint8Array, isWanted: (index: number) => boolean): Uint8Array {
  let index = 0;
  const cut = (message: Uint8Array, depth: number): Uint8Array[] | undefined => {
    const kept: Uint8Array[] = [];
    let hasSpans = false;
    for (const { tag: field, whole, bytes } of protoFields(message)) {
      if (field !== WAY_TO_SPANS[depth]) {
        kept.push(whole);
      } else if (depth === WAY_TO_SPANS.length - 1) {
        if (!isWanted(index++)) continue;
        kept.push(whole);
        hasSpans = true;
      } else {
        const inner = cut(bytes, depth + 1);
        if (inner === undefined) continue;
        kept.push(header(field, lengthOf(inner)), ...inner);
        hasSpans = true;
      }
    }
    return hasSpans ? kept : undefined;
  };
  return Buffer.concat(cut(request, 0) ?? []);
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function header(field: number, length: number): Uint8Array {
  const bytes = [field];
  let rest = length;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
