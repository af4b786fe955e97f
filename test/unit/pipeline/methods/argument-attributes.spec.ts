import { describe, expect, it } from 'vitest';
import { SpanAttribute } from '../../../../libs/nestrace/src/edges/manual/span-attribute.decorator.js';
import { argumentAttributes } from '../../../../libs/nestrace/src/pipeline/methods/argument-attributes.js';

class Orders {
  find(): void {}
  cancel(@SpanAttribute('id') _id: unknown, _by: unknown, @SpanAttribute('why') _why: unknown) {}
}
class UrgentOrders extends Orders {}

describe('argumentAttributes', () => {
  it('is nothing for a method without marked arguments', () => {
    expect(argumentAttributes(Orders.prototype, 'find')).toBeUndefined();
  });

  it('takes the marked arguments, and no others', () => {
    const describeCall = argumentAttributes(Orders.prototype, 'cancel');
    expect(describeCall?.([7, 'secret', 'late'])).toEqual({ id: 7, why: 'late' });
  });

  it('knows what a base class has marked', () => {
    expect(argumentAttributes(UrgentOrders.prototype, 'cancel')?.([7])).toEqual({ id: 7 });
  });

  it.each([
    ['a text', 'a', 'a'],
    ['a number', 1.5, 1.5],
    ['a truth', false, false],
    ['a big number', 10n, '10'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a date that is none', new Date(Number.NaN), undefined],
    ['a list of texts', ['a', 'b'], ['a', 'b']],
    ['a mixed list', ['a', 1], undefined],
    ['an object', { a: 1 }, undefined],
    ['nothing', undefined, undefined],
    ['null', null, undefined],
  ])('takes %s', (_, given, taken) => {
    const describeCall = argumentAttributes(Orders.prototype, 'cancel');
    expect(describeCall?.([given])).toEqual(taken === undefined ? {} : { id: taken });
  });
});
