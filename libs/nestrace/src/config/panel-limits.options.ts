import { integer } from './schema/kind.js';
import { group, option, type Resolved } from './schema/node.js';

/**
 * Bounds of what the panel keeps in memory. What does not fit is counted, and said where it is
 * missed.
 *
 * @publicApi
 */
export interface PanelLimitsOptions {
  /** The oldest make room for the newest. @default 500 */
  readonly maxTraces?: number | undefined;
  /**
   * Traces a second that are kept in the long run; as many as `maxTraces` may come
   * at once. Under load
   * they would push each other out before anybody sees them. @default 100
   */
  readonly maxTracesPerSecond?: number | undefined;
  /** Estimated bytes of heap. @default 67108864, 64 MiB */
  readonly maxBytes?: number | undefined;
  /** @default 20000 */
  readonly maxSpansPerTrace?: number | undefined;
  /** Of a span. @default 128 */
  readonly maxAttributes?: number | undefined;
  /** Of a span. @default 128 */
  readonly maxEvents?: number | undefined;
  /** Of a span. @default 128 */
  readonly maxLinks?: number | undefined;
  /** Characters of one value; statements get a quarter more, stacks twice as many. @default 8192 */
  readonly maxValueLength?: number | undefined;
  /** Spans that have not ended. @default 10000 */
  readonly maxOpenSpans?: number | undefined;
  /** Milliseconds after which a span that has not ended is not waited for any more. @default 600000 */
  readonly maxOpenMs?: number | undefined;
}

export const panelLimitsSchema = group({
  maxTraces: option(integer(1, 100_000), { fallback: 500 }),
  maxTracesPerSecond: option(integer(1, 1_000_000), { fallback: 100 }),
  maxBytes: option(integer(1_000_000), { fallback: 64 * 1024 * 1024 }),
  maxSpansPerTrace: option(integer(1, 1_000_000), { fallback: 20_000 }),
  maxAttributes: option(integer(1, 10_000), { fallback: 128 }),
  maxEvents: option(integer(0, 10_000), { fallback: 128 }),
  maxLinks: option(integer(0, 10_000), { fallback: 128 }),
  maxValueLength: option(integer(16, 1_000_000), { fallback: 8192 }),
  maxOpenSpans: option(integer(1, 1_000_000), { fallback: 10_000 }),
  maxOpenMs: option(integer(1000), { fallback: 600_000 }),
});

export type ResolvedPanelLimits = Resolved<typeof panelLimitsSchema>;
