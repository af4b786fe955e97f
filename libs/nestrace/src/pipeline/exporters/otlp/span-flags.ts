import type { SpanContext } from '@opentelemetry/api';

const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/**
 * The flags of W3C, and above them whether the other end, parent or linked span, is in another
 * process: https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
 */
export function spanFlags({ traceFlags }: SpanContext, other: SpanContext | undefined): number {
  return (traceFlags & 0xff) | HAS_IS_REMOTE | (other?.isRemote ? IS_REMOTE : 0);
}
