import { describe, expect, it, vi } from 'vitest';
import { failureCounts } from '../../../../libs/nestrace/src/core/failures.js';
import { withoutPromise } from '../../../../libs/nestrace/src/pipeline/methods/without-promise.js';
import { unhandledDuring } from '../../support/unhandled-during.js';

describe('withoutPromise', () => {
  it.each([undefined, null, 0, 'text', { a: 1 }, [1]])('hands %j over', (given) => {
    expect(withoutPromise(given, 'traced.result')).toBe(given);
  });

  it('hands no promise over', () => {
    expect(withoutPromise(Promise.resolve(1), 'traced.result')).toBeUndefined();
  });

  it('counts the failure of a promise', async () => {
    const seen = await unhandledDuring(() => {
      void withoutPromise(Promise.reject(new Error('later')), 'traced.result');
    });
    expect(seen).toEqual([]);
    expect(failureCounts().get('traced.result')).toBe(1);
  });

  it('starts neither a lazy promise nor a query builder', () => {
    const begun = vi.fn<() => never>();
    class Lazy<T> extends Promise<T> {
      // oxlint-disable-next-line unicorn/no-thenable -- the very thing under test
      override then(): never {
        return begun();
      }
    }
    // oxlint-disable-next-line unicorn/no-thenable -- the very thing under test
    const builder = { then: begun };
    expect(withoutPromise<unknown>(new Lazy(() => {}), 'traced.result')).toBeUndefined();
    expect(withoutPromise<unknown>(builder, 'traced.result')).toBe(builder);
    expect(begun).not.toHaveBeenCalled();
  });
});
