import { TraceFlags, type SpanContext } from '@opentelemetry/api';

/** `00-<32 hex>-<16 hex>-<2 hex>`: the length of version 00, and the least of any later version. */
const LENGTH = 55;
const ZERO_TRACE_ID = '0'.repeat(32);
const ZERO_SPAN_ID = '0'.repeat(16);

/** Why a `traceparent` is not used. */
export type TraceparentFault =
  | 'wrong length'
  | 'not in the form version-traceid-parentid-flags'
  | 'not lower-case hexadecimal'
  | 'version ff is forbidden'
  | 'trace id is all zero'
  | 'parent id is all zero';

/**
 * Reads a `traceparent` header to the letter of the specification: lower-case hexadecimal only, no
 * all-zero ids, version 00 exactly as long as it should be, later versions read by their first four
 * fields, version ff never.
 *
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function parseTraceparent(header: string): SpanContext | TraceparentFault {
  const text = header.trim();
  if (text.length < LENGTH) return 'wrong length';
  if (text[2] !== '-' || text[35] !== '-' || text[52] !== '-') {
    return 'not in the form version-traceid-parentid-flags';
  }
  if (!isHex(text, 0, 2) || !isHex(text, 3, 35) || !isHex(text, 36, 52) || !isHex(text, 53, 55)) {
    return 'not lower-case hexadecimal';
  }
  const version = text.slice(0, 2);
  if (version === 'ff') return 'version ff is forbidden';
  if (text.length > LENGTH && (version === '00' || text[LENGTH] !== '-')) return 'wrong length';
  const traceId = text.slice(3, 35);
  if (traceId === ZERO_TRACE_ID) return 'trace id is all zero';
  const spanId = text.slice(36, 52);
  if (spanId === ZERO_SPAN_ID) return 'parent id is all zero';
  const flags = Number.parseInt(text.slice(53, 55), 16);
  return { traceId, spanId, traceFlags: flags & TraceFlags.SAMPLED, isRemote: true };
}

/** Writes version 00; of the flags only "sampled" may be passed on. */
export function formatTraceparent(context: SpanContext): string {
  const flags = (context.traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01';
  return `00-${context.traceId}-${context.spanId}-${flags}`;
}

function isHex(text: string, from: number, to: number): boolean {
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index);
    const isDigit = code >= 48 && code <= 57;
    const isLowerLetter = code >= 97 && code <= 102;
    if (!isDigit && !isLowerLetter) return false;
  }
  return true;
}
