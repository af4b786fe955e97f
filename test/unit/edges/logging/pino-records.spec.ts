import { describe, expect, it } from 'vitest';
import {
  fromPino,
  isPinoLogger,
} from '../../../../libs/nestrace/src/edges/logging/pino-records.js';

describe('fromPino', () => {
  it('puts the message before what is said about it', () => {
    const error = new Error('x');
    expect(fromPino([{ order: 7 }, 'placed %s', 'now'])).toEqual([
      'placed %s',
      'now',
      { order: 7 },
    ]);
    expect(fromPino([error, 'it broke'])).toEqual(['it broke', error]);
    expect(fromPino([null, 'a'])).toEqual(['a', undefined]);
  });

  it('leaves everything else as it is', () => {
    for (const args of [[], ['a'], ['a %s', 'b'], [{ msg: 'a' }], [{ a: 1 }, 2]]) {
      expect(fromPino(args)).toBe(args);
    }
  });
});

describe('isPinoLogger', () => {
  it('knows the class by all of its methods', () => {
    class Own {
      trace(): void {}
      debug(): void {}
      info(): void {}
      warn(): void {}
      error(): void {}
      fatal(): void {}
      setContext(): void {}
    }
    class Whole extends Own {}
    expect(isPinoLogger(Own.prototype)).toBe(false);
    expect(isPinoLogger(Whole.prototype)).toBe(false);
    Object.assign(Own.prototype, { assign() {} });
    expect(isPinoLogger(Own.prototype)).toBe(true);
  });
});
