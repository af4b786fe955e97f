import type { Attributes } from '@opentelemetry/api';
import type { StoredSpan, StoredTrace } from '../../../pipeline/span-store/stored-span.js';
import type { TraceSearch } from '../contract/index.js';
import { attributeText } from '../spans/read-attributes.js';
import { treeOf } from '../tree/trace-tree.js';

const MAX_LENGTH = 500;

/**
 * Spans with a text in their name, ids, service, message, attributes or events; `below` is the span
 * to stay below, itself included. Letter case does not count.
 */
export function searchTrace(trace: StoredTrace, text: string, below?: string): TraceSearch {
  const wanted = text.trim().slice(0, MAX_LENGTH).toLowerCase();
  const { rows, rowOf } = treeOf(trace);
  const top = below === undefined ? 0 : rowOf.get(below);
  if (wanted === '' || top === undefined) return { rows: [], total: 0 };
  const end = below === undefined ? rows.length : (rows[top]?.end ?? 0);
  const found: number[] = [];
  for (let row = top; row < end; row++) {
    const { span, id } = rows[row] ?? {};
    const isFound = span === undefined ? id?.includes(wanted) === true : hasText(span, wanted);
    if (isFound) found.push(row);
  }
  return { rows: found, total: found.length };
}

function hasText(span: StoredSpan, wanted: string): boolean {
  const { name, spanId, statusMessage, source, attributes, events } = span;
  return (
    includes(name, wanted) ||
    includes(spanId, wanted) ||
    includes(source.service, wanted) ||
    includes(statusMessage ?? '', wanted) ||
    inAttributes(attributes, wanted) ||
    events.some((event) => includes(event.name, wanted) || inAttributes(event.attributes, wanted))
  );
}

function inAttributes(attributes: Attributes, wanted: string): boolean {
  for (const key of Object.keys(attributes)) {
    if (includes(key, wanted) || includes(attributeText(attributes[key]), wanted)) return true;
  }
  return false;
}

function includes(text: string, wanted: string): boolean {
  return text.toLowerCase().includes(wanted);
}
