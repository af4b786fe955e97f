import type { Attributes, Link, Span, SpanKind } from '@opentelemetry/api';

// Parameters of callbacks are compared with those of the method they are put on, see MatchesMethod.
// `any` is the only type that leaves them open until then.
/* oxlint-disable typescript/no-explicit-any */

/**
 * What `@Traced()` should do beyond its defaults.
 *
 * @publicApi
 */
export interface TracedOptions {
  /** Name of the span. @default 'ClassName.method' */
  readonly name?: string;
  /** @default SpanKind.INTERNAL */
  readonly kind?: SpanKind;
  /** Attributes, or a function that takes them from the arguments. It must not change them. */
  readonly attributes?: Attributes | ((...args: any[]) => Attributes | undefined);
  /**
   * Called with what the method returned or resolved to while the span is open, to put something of
   * it on the span. It is not called for Observables and generators.
   */
  readonly onResult?: (result: any, span: Span) => void;
  /**
   * Start a trace of its own, linked to the caller's and sampled for itself. For work that outlives
   * its caller. Below `@NoTrace()` and in requests that are ignored there is none.
   *
   * @default false
   */
  readonly root?: boolean;
  /** Links to other spans, or a function that takes them from the arguments. */
  readonly links?: readonly Link[] | ((...args: any[]) => Link[] | undefined);
}

type AnyMethod = (...args: any[]) => any;

type CallbackOf<O, K extends keyof O> = O[K] extends AnyMethod ? O[K] : undefined;

type Fits<Callback, Allowed> = Callback extends AnyMethod
  ? Callback extends Allowed
    ? unknown
    : { readonly '@Traced() callback does not fit the parameters of this method': never }
  : unknown;

/** Lets the compiler refuse callbacks whose parameters are not those of the method. */
type MatchesMethod<O extends TracedOptions, M extends AnyMethod> = Fits<
  CallbackOf<O, 'attributes'>,
  (...args: Parameters<M>) => unknown
> &
  Fits<CallbackOf<O, 'links'>, (...args: Parameters<M>) => unknown> &
  Fits<CallbackOf<O, 'onResult'>, (result: Awaited<ReturnType<M>>, span: Span) => void>;

/**
 * Stands on a method or on a class.
 *
 * @publicApi
 */
export interface TracedDecorator<O extends TracedOptions = TracedOptions> {
  // oxlint-disable-next-line typescript/no-unsafe-function-type -- the type of a class decorator
  (target: Function): void;
  <M extends AnyMethod>(
    target: object,
    method: string | symbol,
    descriptor: TypedPropertyDescriptor<M> & MatchesMethod<O, M>,
  ): void;
}
