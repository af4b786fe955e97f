import { describe, expect, it } from 'vitest';
import { renderValue } from '../../../../libs/nestrace/src/edges/logging/render-value.js';

class Order {
  readonly id = 7;
  readonly lines = [{ sku: 'tea', product: { name: 'Tea', maker: { name: 'Ann' } } }];
}

class Money {
  constructor(readonly cents: number) {}

  toString(): string {
    throw new Error('asked for its text');
  }

  toJSON(): string {
    throw new Error('asked for its JSON');
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    throw new Error('inspected');
  }
}

describe('renderValue', () => {
  it.each<[string, unknown]>([
    ['a text', 'a text'],
    ['undefined', undefined],
    ['null', null],
    ['0.5', 0.5],
    ['true', true],
    ['12n', 12n],
    ['Symbol(s)', Symbol('s')],
    ['[Function: Order]', Order],
    ['[Function: (anonymous)]', () => {}],
    ['RangeError: too far', new RangeError('too far')],
    ['1970-01-01T00:00:00.000Z', new Date(0)],
    ['Invalid Date', new Date(Number.NaN)],
    ['/a+/g', /a+/g],
    ['[Buffer of 3 bytes]', Buffer.from('abc')],
    ['[Map of 1]', new Map([[1, 2]])],
    ['[Set of 0]', new Set()],
    ['[]', []],
    ['{}', {}],
    ["[ 1, 'two', [ 3 ] ]", [1, 'two', [3]]],
    ['{ a: 1 }', Object.assign(Object.create(null) as object, { a: 1 })],
    ['Money { cents: 5 }', new Money(5)],
    ['Promise {}', Promise.resolve(1)],
  ])('shows %s', (text, value) => {
    expect(renderValue(value)).toBe(text);
  });

  it('shows what is inside to a depth of two', () => {
    expect(renderValue(new Order())).toBe(
      "Order { id: 7, lines: [ { sku: 'tea', product: [Object] } ] }",
    );
  });

  it('comes to an end where the value does not', () => {
    const circle: Record<string, unknown> = { name: 'circle' };
    circle['self'] = circle;
    expect(renderValue(circle)).toBe(
      "{ name: 'circle', self: { name: 'circle', self: { name: 'circle', self: [Object] } } }",
    );
  });

  it('hides what is called a secret', () => {
    expect(
      renderValue({
        user: 'ann',
        password: 'x',
        headers: { authorization: 'y', 'set-cookie': 'z' },
      }),
    ).toBe("{ user: 'ann', password: ••••, headers: { authorization: ••••, set-cookie: •••• } }");
  });

  it('names getters and does not call them', () => {
    const value = {
      get price(): number {
        throw new Error('called');
      },
    };
    expect(renderValue(value)).toBe('{ price: [Getter] }');
  });

  it('asks nothing of a proxy', () => {
    const trap = (): never => {
      throw new Error('trapped');
    };
    const handler = { get: trap, ownKeys: trap, getPrototypeOf: trap, apply: trap };
    expect(renderValue(new Proxy({}, handler))).toBe('[Proxy]');
    expect(renderValue(new Proxy(() => {}, handler))).toBe('[Proxy]');
    expect(renderValue([new Proxy([], handler)])).toBe('[ [Proxy] ]');
  });

  it('shows a part of what is large', () => {
    const list = renderValue(Array.from({ length: 100_000 }, (_, n) => n));
    expect(list).toMatch(/^\[ 0, 1, .* 19, … 99980 more \]$/);
    const wide = renderValue(
      Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, n])),
    );
    expect(wide).toMatch(/k19: 19, … 30 more \}$/);
    const long = renderValue({ text: 'x'.repeat(100_000) });
    expect(long).toBe(`{ text: '${'x'.repeat(200)}…' }`);
    const all = renderValue(
      Array.from({ length: 20 }, () => Array.from({ length: 20 }, () => 'y'.repeat(500))),
    );
    expect(all).toHaveLength(1001);
    expect(all.endsWith('…')).toBe(true);
  });
});
