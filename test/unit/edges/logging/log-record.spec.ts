import { describe, expect, it } from 'vitest';
import {
  readRecord,
  type LogCall,
} from '../../../../libs/nestrace/src/edges/logging/log-record.js';

const STACK = 'Error: it broke\n    at pages.ts:1:1';

function read(args: readonly unknown[], call: Partial<LogCall> = {}) {
  return readRecord({ self: {}, args, contextIn: 'last', takesStack: false, ...call });
}

const named = { self: { context: 'Orders' } };

describe('readRecord', () => {
  it('takes the last text for the context', () => {
    expect(read(['a', 'Orders'])).toMatchObject({ message: 'a', context: 'Orders' });
    expect(read(['a', { b: 1 }, 'Orders'])).toMatchObject({
      message: 'a { b: 1 }',
      context: 'Orders',
    });
  });

  it('has no context where there is but one argument', () => {
    expect(read(['a'])).toMatchObject({ message: 'a', context: undefined });
  });

  it('knows the context of a logger, unless another is given', () => {
    expect(read(['a'], named).context).toBe('Orders');
    expect(read(['a', 'Other'], named)).toMatchObject({ message: 'a', context: 'Other' });
  });

  it('takes a last text for a message where the logger adds its context behind it', () => {
    const record = read(['a', 'b'], { ...named, contextIn: 'logger, else last' });
    expect(record).toMatchObject({ message: 'a b', context: 'Orders' });
    expect(read(['a', 'b'], { contextIn: 'logger, else last' })).toMatchObject({
      message: 'a',
      context: 'b',
    });
  });

  it('takes no text for the context where that is never among the arguments', () => {
    expect(read(['a', 'b'], { contextIn: 'logger' })).toMatchObject({
      message: 'a b',
      context: undefined,
    });
  });

  it.each<[string, readonly unknown[]]>([
    ['alone', ['it broke', STACK]],
    ['before the context', ['it broke', STACK, 'Orders']],
    ['after the context', ['it broke', 'Orders', STACK]],
  ])('finds a stack %s', (_where, args) => {
    const record = read(args, { takesStack: true });
    expect(record).toMatchObject({ message: 'it broke', stack: STACK });
    expect(record.context).toBe(args.includes('Orders') ? 'Orders' : undefined);
  });

  it('leaves out what was given for the lack of a stack', () => {
    expect(read(['it broke', undefined, 'Orders'], { takesStack: true })).toEqual({
      message: 'it broke',
      context: 'Orders',
      error: undefined,
      stack: undefined,
    });
  });

  it('knows a stack only where one is expected', () => {
    expect(read(['a', STACK])).toMatchObject({ message: 'a', context: STACK, stack: undefined });
  });

  it('finds the error that is said', () => {
    const error = new RangeError('too far');
    expect(read([error])).toMatchObject({ message: 'too far', error });
    expect(read(['it broke', error, 'Orders'])).toMatchObject({ message: 'it broke', error });
    expect(read([{ err: error, order: 7 }])).toMatchObject({
      message: '{ err: RangeError: too far, order: 7 }',
      error,
    });
    expect(read([{ error }])).toMatchObject({ error });
  });

  it('puts values where the message has room for them', () => {
    const fill = (...args: unknown[]) => read([...args, 'Orders']).message;
    expect(fill('%s has %d of %j, 100%%', 'ann', 3, { a: 1 })).toBe('ann has 3 of { a: 1 }, 100%');
    expect(fill('%s and %s', 'one')).toBe('one and %s');
    expect(fill('%s', 'one', { two: 2 })).toBe('one { two: 2 }');
    expect(fill('%cred', 'color: red')).toBe('red');
    expect(fill('100%')).toBe('100%');
  });

  it('says something for anything', () => {
    expect(read([]).message).toBe('undefined');
    expect(read([undefined]).message).toBe('undefined');
    expect(read([null]).message).toBe('null');
    expect(read([Symbol('s')]).message).toBe('Symbol(s)');
    expect(read([10n, { at: 1n }]).message).toBe('10n { at: 1n }');
    expect(read([['a', 'b']]).message).toBe("[ 'a', 'b' ]");
  });

  it('is bounded', () => {
    expect(read(['x'.repeat(100_000)]).message).toHaveLength(4001);
    expect(
      read(['%s'.repeat(10_000), ...Array<string>(5000).fill('y'.repeat(100))]).message,
    ).toHaveLength(4001);
  });

  it('reads no property that would run code', () => {
    const value = {
      get err(): never {
        throw new Error('called');
      },
    };
    expect(read([value]).message).toBe('{ err: [Getter] }');
  });
});
