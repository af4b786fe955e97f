import { describe, expect, it } from 'vitest';
import type { AutoTraceOptions } from '../../../../../libs/nestrace/src/config/auto-trace.options.js';
import { failureCounts } from '../../../../../libs/nestrace/src/core/failures.js';
import {
  Selection,
  type Subject,
} from '../../../../../libs/nestrace/src/edges/autotrace/choosing/selection.js';
import { resolve } from '../../../support/options.js';

class Base {}
class Orders extends Base {}
class OrdersModule {}
class OtherModule {}

function subject(parts: Partial<Subject['candidate']> = {}, isThirdParty = false): Subject {
  return {
    candidate: {
      className: 'Orders',
      method: 'find',
      module: 'OrdersModule',
      type: 'provider',
      ...parts,
    },
    owner: Orders,
    modules: new Set([OrdersModule]),
    isThirdParty,
  };
}

const takes = (options: AutoTraceOptions, given: Subject = subject()): boolean =>
  new Selection(resolve({ autoTrace: options }).autoTrace).takes(given);

describe('the level', () => {
  const guard = subject({ type: 'guard' });
  const handler = subject({ type: 'handler' });
  const foreign = subject({}, true);
  const foreignGuard = subject({ type: 'guard' }, true);

  it.each([
    ['minimal', [false, false, true, false, false]],
    ['standard', [true, true, true, false, true]],
    ['verbose', [true, true, true, true, true]],
  ] as const)('%s decides by what a method is and where it is from', (level, expected) => {
    const subjects = [subject(), guard, handler, foreign, foreignGuard];
    expect(subjects.map((one) => takes({ level }, one))).toEqual(expected);
  });
});

describe.each([
  ['a class', Orders, true],
  ['a class above', Base, true],
  ['another class', OtherModule, false],
  ['the name of the class', 'Orders', true],
  ['a part of the name', 'Order', false],
  ['a pattern of the name', 'Ord*', true],
  ['a pattern that ends like it', '*ders', true],
  ['the name of the method', 'Orders.find', true],
  ['a pattern of the method', 'Orders.f*', true],
  ['another method', 'Orders.list', false],
  ['the method alone', 'find', false],
  ['the method of any class', '*.find', true],
  ['an expression', /^Orders\.f/, true],
  ['an expression with a memory', /find/g, true],
  ['an expression for something else', /^find/, false],
  ['a module', { module: OrdersModule }, true],
  ['another module', { module: OtherModule }, false],
  ['the name of the module', { module: 'OrdersModule' }, true],
  ['a pattern of the module', { module: 'Orders*' }, true],
  ['an expression for the module', { module: /Module$/ }, true],
  ['a question', { matches: ({ method }: { method: string }) => method === 'find' }, true],
  ['a question with another answer', { matches: () => false }, false],
] as const)('%s', (_, target, isMet) => {
  it(`${isMet ? 'includes' : 'does not include'} what the level leaves out`, () => {
    const selection = { level: 'minimal', include: [target] } as const;
    expect(takes(selection)).toBe(isMet);
    // Asked twice: an expression may remember where it stopped.
    expect(takes(selection)).toBe(isMet);
  });

  it(`${isMet ? 'excludes' : 'does not exclude'} what the level takes`, () => {
    expect(takes({ exclude: [target] })).toBe(!isMet);
  });
});

describe('several targets', () => {
  it('include what any of them means, and exclusion wins', () => {
    expect(takes({ level: 'minimal', include: ['Other', Orders] })).toBe(true);
    expect(takes({ level: 'verbose', include: [Orders], exclude: ['Orders.find'] })).toBe(false);
  });
});

describe('a question that throws', () => {
  it('decides nothing', () => {
    const before = failureCounts().get('autotrace.select') ?? 0;
    const matches = (): never => {
      throw new RangeError('no idea');
    };
    expect(takes({ exclude: [{ matches }] })).toBe(true);
    expect(takes({ level: 'minimal', include: [{ matches }] })).toBe(false);
    expect(failureCounts().get('autotrace.select')).toBe(before + 2);
  });
});
