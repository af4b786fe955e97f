import 'reflect-metadata';
import { SpanKind, type Attributes, type Link } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { failureCounts } from '../../../../libs/nestrace/src/core/failures.js';
import { SpanAttribute } from '../../../../libs/nestrace/src/edges/manual/span-attribute.decorator.js';
import { planFor } from '../../../../libs/nestrace/src/edges/manual/traced-plan.js';
import type { TracedOptions } from '../../../../libs/nestrace/src/edges/manual/traced.options.js';
import { unhandledDuring } from '../../support/unhandled-during.js';

class Orders {
  static parse(): void {}
  find(): void {}
  cancel(@SpanAttribute('id') _id: unknown, _by: unknown, @SpanAttribute('why') _why: unknown) {}
}

const wrapper = (): void => {};

function plan(key: string, options: TracedOptions = {}) {
  return planFor(Orders.prototype, key, wrapper, options);
}

function link(spanId: string): Link {
  return { context: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId, traceFlags: 1 } };
}

describe('planFor', () => {
  it('names a method by its class', () => {
    expect(plan('find')).toEqual({
      name: 'Orders.find',
      kind: SpanKind.INTERNAL,
      attributes: { 'nest.type': 'provider', 'code.function.name': 'Orders.find' },
      describe: undefined,
      onResult: undefined,
      root: false,
      links: undefined,
    });
  });

  it('names static methods, symbols and methods of nameless classes', () => {
    const nameOf = (target: object, key: string | symbol) => planFor(target, key, wrapper, {}).name;
    expect(nameOf(Orders, 'parse')).toBe('Orders.parse');
    expect(nameOf(Orders.prototype, Symbol.iterator)).toBe('Orders.Symbol(Symbol.iterator)');
    expect(nameOf((() => class {})().prototype, 'find')).toBe('find');
  });

  it('knows a handler by its route', () => {
    const handler = (): void => {};
    Reflect.defineMetadata('path', '/', handler);
    expect(planFor(Orders.prototype, 'find', handler, {}).attributes['nest.type']).toBe('handler');
  });

  it('takes over what the options say, and keeps the name of the function', () => {
    const onResult = (): void => {};
    expect(
      plan('find', {
        name: 'look up',
        kind: SpanKind.CLIENT,
        attributes: { tier: 'gold' },
        root: true,
        onResult,
      }),
    ).toMatchObject({
      name: 'look up',
      kind: SpanKind.CLIENT,
      attributes: { tier: 'gold', 'code.function.name': 'Orders.find' },
      root: true,
      onResult,
    });
  });

  it.each<[string, unknown, unknown]>([
    ['a text', 'o-1', 'o-1'],
    ['an empty text', '', ''],
    ['a number', 0, 0],
    ['a boolean', false, false],
    ['a big number', 9_007_199_254_740_993n, '9007199254740993'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a list of texts', ['a', 'b'], ['a', 'b']],
  ])('puts %s on the span', (_what, given, expected) => {
    expect(plan('cancel').describe?.([given])).toEqual({ id: expected });
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an object', { secret: 1 }],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['an invalid date', new Date(NaN)],
    ['a list of other things', ['a', { secret: 1 }]],
  ])('leaves %s out', (_what, given) => {
    expect(plan('cancel').describe?.([given])).toEqual({});
  });

  it('takes marked arguments only, each under its key', () => {
    expect(plan('cancel').describe?.(['o-1', 'me', 'late'])).toEqual({ id: 'o-1', why: 'late' });
  });

  it('lets the function of the options have the last word', () => {
    const attributes = (id: string, by: string): Attributes => ({ id: `#${id}`, by });
    expect(plan('cancel', { attributes }).describe?.(['1', 'me', 'late'])).toEqual({
      id: '#1',
      by: 'me',
      why: 'late',
    });
    const nothing = (): undefined => undefined;
    expect(plan('cancel', { attributes: nothing }).describe?.(['1'])).toEqual({ id: '1' });
    expect(plan('find', { attributes: nothing }).describe?.([])).toBeUndefined();
  });

  it('hands links out, fixed ones as a list of its own', () => {
    const fixed = [link('b7ad6b7169203331')];
    const given = plan('find', { links: fixed }).links?.([]);
    expect(given).toEqual(fixed);
    expect(given).not.toBe(fixed);
    const links = (spanId: string): Link[] => [link(spanId)];
    expect(plan('find', { links }).links?.(['b7ad6b7169203332'])).toEqual([
      link('b7ad6b7169203332'),
    ]);
  });

  it.each([
    ['attributes', 'find', undefined],
    ['attributes', 'cancel', { id: '7' }],
    ['links', 'find', undefined],
  ])(
    'takes nothing from %s of %s that come later, and survives their failure',
    async (option, key, expected) => {
      const later = async (): Promise<never> => {
        await Promise.resolve();
        throw new Error('later');
      };
      const { describe: attributes, links } = plan(key, { [option]: later });
      const known = failureCounts().get('traced.attributes') ?? 0;
      const seen = await unhandledDuring(() => {
        expect((attributes ?? links)?.(['7'])).toEqual(expected);
      });
      expect(seen).toEqual([]);
      expect(failureCounts().get('traced.attributes')).toBe(known + 1);
    },
  );
});
