import { AsyncLocalStorage } from 'node:async_hooks';
import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterEach, describe, expect, it } from 'vitest';
import {
  activeContext,
  canEnter,
  enter,
  leave,
  runIn,
  StorageContextManager,
  useStorageContextManager,
} from '../../../libs/nestrace/src/pipeline/active-context.js';

const KEY = createContextKey('place');
const here = ROOT_CONTEXT.setValue(KEY, 'here');
const there = ROOT_CONTEXT.setValue(KEY, 'there');

const place = (): unknown => activeContext().getValue(KEY);

afterEach(() => {
  context.disable();
});

describe.each([
  ['our own manager', useStorageContextManager, true],
  [
    'the manager of somebody else',
    () => {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    },
    false,
  ],
] as const)('the active context with %s', (_, use, isOurs) => {
  it('is the one the API knows', () => {
    use();
    expect(canEnter()).toBe(isOurs);
    expect(activeContext()).toBe(ROOT_CONTEXT);
    context.with(here, () => {
      expect(activeContext()).toBe(here);
      expect(context.active()).toBe(here);
    });
  });

  it('is set for one call, whatever it returns or throws', () => {
    use();
    const seen = runIn(here, (word: string) => `${word} ${String(place())}`, 'now');
    expect(seen).toBe('now here');
    expect(() =>
      runIn(here, () => {
        throw new RangeError('lost');
      }),
    ).toThrow('lost');
    expect(place()).toBeUndefined();
  });

  it('goes with what is awaited', async () => {
    use();
    const later = runIn(here, async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return place();
    });
    expect(place()).toBeUndefined();
    expect(await later).toBe('here');
    expect(place()).toBeUndefined();
  });

  it('nests', () => {
    use();
    runIn(here, () => {
      expect(runIn(there, place)).toBe('there');
      expect(place()).toBe('here');
    });
  });

  it('leaves storages of others as the call has left them', async () => {
    use();
    const theirs = new AsyncLocalStorage<string>();
    await runIn(here, async () => {
      runIn(there, () => {
        theirs.enterWith('kept');
      });
      await Promise.resolve();
      expect(theirs.getStore()).toBe('kept');
      expect(place()).toBe('here');
    });
  });

  it('can be bound to functions', () => {
    use();
    const self = { name: 'me' };
    const bound = context.bind(here, function (this: unknown, word: string) {
      return [this, word, place()];
    });
    expect(bound.call(self, 'a')).toEqual([self, 'a', 'here']);
    expect(context.with(there, (a: string) => [a, place()], undefined, 'b')).toEqual([
      'b',
      'there',
    ]);
  });
});

describe('our own manager', () => {
  it('is entered and left', () => {
    useStorageContextManager();
    const before = enter(here);
    expect(place()).toBe('here');
    leave(before);
    expect(place()).toBeUndefined();
  });

  it('keeps `this`', () => {
    useStorageContextManager();
    const self = {};
    const method = function (this: unknown): unknown {
      return this;
    };
    expect(context.with(here, method, self)).toBe(self);
  });

  it('can be attached to', () => {
    const manager = new StorageContextManager();
    const token = manager.attach(here);
    expect(manager.active()).toBe(here);
    token.dispose();
    expect(manager.active()).toBe(ROOT_CONTEXT);
  });

  it('does not take the place of another one', () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    useStorageContextManager();
    expect(canEnter()).toBe(false);
  });

  it('is out of use when it is disabled', () => {
    useStorageContextManager();
    context.disable();
    expect(canEnter()).toBe(false);
    expect(enter(here)).toBeUndefined();
    leave(undefined);
    expect(place()).toBeUndefined();
  });
});
