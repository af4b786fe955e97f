import type { Attributes, Link, Span, SpanKind, TimeInput } from '@opentelemetry/api';
import type { Telemetry } from '../telemetry.js';

/** What is known about a method before it is called: computed once, used for every call. */
export interface MethodPlan {
  readonly name: string;
  readonly kind: SpanKind;
  /** Attributes that are the same for every call. */
  readonly attributes: Attributes;
  /** Attributes taken from the arguments. */
  readonly describe?: ((args: ArrayLike<unknown>) => Attributes | undefined) | undefined;
  /** Called with what the method returned or resolved to, while the span is open. */
  readonly onResult?: ((result: unknown, span: Span) => void) | undefined;
  /** Takes the last value of an Observable for its result. */
  readonly lastValueIsResult?: boolean | undefined;
  /** Called when the method threw, while the span is open. */
  readonly onError?: ((error: unknown, span: Span) => void) | undefined;
  /** Nobody asked for this span by name: it may be folded with its like, or left out. */
  readonly isAutomatic?: boolean | undefined;
  /** Start a trace of its own, linked to the span that is active at the call. */
  readonly root: boolean;
  /** When the work began, where that was before the call. */
  readonly startTime?: TimeInput | undefined;
  /** The application it belongs to, where that is known; else it follows from the active span. */
  readonly telemetry?: Telemetry | undefined;
  readonly links?: ((args: ArrayLike<unknown>) => Link[] | undefined) | undefined;
}

/** Any function with a receiver. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;
