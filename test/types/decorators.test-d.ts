import type { Span } from '@opentelemetry/api';
import { SpanKind } from '@opentelemetry/api';
import { NoTrace, SpanAttribute, Traced, TraceService } from 'nestrace';
import { describe, expectTypeOf, it } from 'vitest';

interface Order {
  readonly id: string;
}

describe('@Traced()', () => {
  it('stands on methods of every kind, and on classes', () => {
    @Traced()
    class Orders {
      @Traced()
      plain(): void {}

      @Traced('name')
      named(_id: string): string {
        return '';
      }

      @Traced({ kind: SpanKind.PRODUCER, attributes: { fixed: 1 }, root: true })
      async configured(): Promise<void> {}

      @Traced({ attributes: (id: string, count: number) => ({ id, count }) })
      withArguments(_id: string, _count: number): void {}

      @Traced({ attributes: (id: string) => ({ id }) })
      withFewerArguments(_id: string, _count: number): void {}

      @Traced({ attributes: () => undefined })
      withoutArguments(_id: string): void {}

      @Traced({ onResult: (order: Order, span: Span) => span.setAttribute('order.id', order.id) })
      async resolved(): Promise<Order> {
        return { id: '1' };
      }

      @Traced()
      static helper(): void {}

      @Traced()
      *generator(): Generator<number> {}

      @Traced()
      async *stream(): AsyncGenerator<number> {}

      @Traced()
      generic<T>(value: T): T {
        return value;
      }
    }
    expectTypeOf<Orders['named']>().toEqualTypeOf<(id: string) => string>();
  });

  it('refuses what it cannot work on', () => {
    class Orders {
      // @ts-expect-error an arrow-function property is not a method
      @Traced()
      arrow = (): void => {};

      // @ts-expect-error the first parameter of the method is a number
      @Traced({ attributes: (id: string) => ({ id }) })
      wrongParameter(_id: number): void {}

      // @ts-expect-error the method has one parameter only
      @Traced({ attributes: (id: string, count: number) => ({ id, count }) })
      missingParameter(_id: string): void {}

      // @ts-expect-error the method resolves to an Order, not to a text
      @Traced({ onResult: (order: string) => void order })
      async wrongResult(): Promise<Order> {
        return { id: '1' };
      }

      // @ts-expect-error there is no such option
      @Traced({ nam: 'typo' })
      unknownOption(): void {}

      // @ts-expect-error an attribute cannot be an object
      @Traced({ attributes: { nested: { a: 1 } } })
      wrongAttribute(): void {}
    }
    expectTypeOf<Orders>().not.toBeAny();
  });
});

describe('the other decorators', () => {
  it('stand where they make sense', () => {
    @NoTrace()
    class Orders {
      @NoTrace()
      find(@SpanAttribute('order.id') _id: string): void {}
    }
    class Wrong {
      // @ts-expect-error a key is needed
      find(@SpanAttribute() _id: string): void {}
    }
    expectTypeOf<Orders | Wrong>().not.toBeAny();
  });
});

describe('TraceService', () => {
  it('returns what the function returns', () => {
    const traces = {} as TraceService;
    expectTypeOf(traces.withSpan('x', () => 1)).toEqualTypeOf<number>();
    expectTypeOf(traces.withSpan('x', { kind: SpanKind.CLIENT }, async () => 'text')).toEqualTypeOf<
      Promise<string>
    >();
    expectTypeOf(traces.traceId()).toEqualTypeOf<string | undefined>();
    // @ts-expect-error a function is needed
    traces.withSpan('x', {});
  });
});
