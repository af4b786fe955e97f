import { ROOT_CONTEXT, trace, type Context, type Span } from '@opentelemetry/api';

/**
 * A context with one value more than the one below. Contexts of the API copy a map for every value,
 * and make three functions besides: too much for what is done for every span.
 *
 * However long work goes on there is one frame per key: a value that is set again takes the place
 * of the one before.
 */
class ContextFrame implements Context {
  constructor(
    private readonly key: symbol,
    private readonly value: unknown,
    private readonly below: Context,
  ) {}

  getValue(key: symbol): unknown {
    return key === this.key ? this.value : this.below.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    const { below } = this;
    if (key === this.key) return new ContextFrame(key, value, below);
    return below instanceof ContextFrame && below.has(key)
      ? new ContextFrame(this.key, this.value, below.setValue(key, value))
      : new ContextFrame(key, value, this);
  }

  deleteValue(key: symbol): Context {
    if (this.getValue(key) === undefined) return this;
    const below = this.below.deleteValue(key);
    return key === this.key ? below : new ContextFrame(this.key, this.value, below);
  }

  private has(key: symbol): boolean {
    return key === this.key || (this.below instanceof ContextFrame && this.below.has(key));
  }
}

/** What `context.setValue()` does, and what is set in the result costs as little. */
export function withValue(context: Context, key: symbol, value: unknown): Context {
  return context instanceof ContextFrame
    ? context.setValue(key, value)
    : new ContextFrame(key, value, context);
}

/** What `trace.setSpan()` does. */
export function withSpan(context: Context, span: Span): Context {
  return withValue(context, SPAN, span);
}

const SPAN = keyOfSpan();

/** The API does not tell its key, but it uses it. */
function keyOfSpan(): symbol {
  let key = Symbol('nestrace.no-span');
  trace.deleteSpan({
    ...ROOT_CONTEXT,
    deleteValue: (used) => {
      key = used;
      return ROOT_CONTEXT;
    },
  });
  return key;
}
