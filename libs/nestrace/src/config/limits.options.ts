import { integer } from './schema/kind.js';
import { group, option } from './schema/node.js';

/**
 * How large one span may grow (https://opentelemetry.io/docs/specs/otel/trace/sdk/#span-limits).
 * What is over a limit is dropped and counted on the span, long texts are cut.
 *
 * @publicApi
 */
export interface LimitsOptions {
  /**
   * Characters of a text value. Environment: `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`,
   * `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`. OpenTelemetry itself sets no limit; one that is there
   * keeps a body put on a span by mistake from filling the queue.
   *
   * @default 16384
   */
  readonly attributeValueLength?: number | undefined;
  /**
   * Environment: `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`, `OTEL_ATTRIBUTE_COUNT_LIMIT`.
   *
   * @default 128
   */
  readonly attributeCount?: number | undefined;
  /**
   * Environment: `OTEL_SPAN_EVENT_COUNT_LIMIT`.
   *
   * @default 128
   */
  readonly eventCount?: number | undefined;
  /**
   * Environment: `OTEL_SPAN_LINK_COUNT_LIMIT`.
   *
   * @default 128
   */
  readonly linkCount?: number | undefined;
  /**
   * Environment: `OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT`.
   *
   * @default 128
   */
  readonly attributePerEventCount?: number | undefined;
  /**
   * Environment: `OTEL_LINK_ATTRIBUTE_COUNT_LIMIT`.
   *
   * @default 128
   */
  readonly attributePerLinkCount?: number | undefined;
}

const count = (...env: string[]) => option(integer(0), { env, fallback: 128 });

export const limitsSchema = group({
  attributeValueLength: option(integer(1), {
    env: ['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'],
    fallback: 16_384,
  }),
  attributeCount: count('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'),
  eventCount: count('OTEL_SPAN_EVENT_COUNT_LIMIT'),
  linkCount: count('OTEL_SPAN_LINK_COUNT_LIMIT'),
  attributePerEventCount: count('OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT'),
  attributePerLinkCount: count('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT'),
});
