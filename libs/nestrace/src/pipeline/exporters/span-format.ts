import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { PartialSuccessError } from './export.error.js';

/** How spans become bytes, and what the answer means. */
export interface SpanFormat {
  encode(spans: ReadableSpan[]): Uint8Array;
  /** Formats that write span by span need no span any more once it is written. */
  startBody?(): RequestBody;
  /** Some backends take a batch and say that they threw part of it away. */
  partialSuccess?(answer: Uint8Array): PartialSuccessError | undefined;
  /** Whether these bytes can be the answer of a backend that has read the request. */
  isAnswer?(answer: Uint8Array): boolean;
  /** Cuts a request behind so many of its spans, for backends that take no larger ones. */
  split?(body: Uint8Array, first: number): readonly [Uint8Array, Uint8Array];
}

/** A request that is written while spans come in. */
export interface RequestBody {
  add(span: ReadableSpan): void;
  finish(): Uint8Array;
}
