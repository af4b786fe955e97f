import { context, ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AsyncLocalStorage } from 'node:async_hooks';

/** Where the active context is kept, while the manager of this process is ours. */
let storage: AsyncLocalStorage<Context> | undefined;

/**
 * The context manager of OpenTelemetry, with its storage in reach: `context.with()` puts four frames
 * on the stack, of which an error has ten to tell where it comes from.
 */
export class StorageContextManager extends AsyncLocalStorageContextManager {
  readonly store = new AsyncLocalStorage<Context>();

  override disable(): this {
    if (storage === this.store) storage = undefined;
    this.store.disable();
    return this;
  }

  override active(): Context {
    return this.store.getStore() ?? ROOT_CONTEXT;
  }

  override with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    active: Context,
    run: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    const bound = thisArg === undefined ? run : (run.bind(thisArg) as F);
    return this.store.run(active, bound, ...args);
  }

  override attach(active: Context): ReturnType<AsyncLocalStorageContextManager['attach']> {
    const before = this.store.getStore();
    this.store.enterWith(active);
    return { dispose: () => this.store.enterWith(before as Context) };
  }
}

/** Registers the manager, unless there is one already. */
export function useStorageContextManager(): void {
  const manager = new StorageContextManager();
  if (context.setGlobalContextManager(manager)) storage = manager.store;
}

/** The context the caller runs in. */
export function activeContext(): Context {
  return storage === undefined ? context.active() : (storage.getStore() ?? ROOT_CONTEXT);
}

/** Whether {@link enter} and {@link leave} work here; with the manager of somebody else they do not. */
export function canEnter(): boolean {
  return storage !== undefined;
}

/**
 * Makes a context the active one, and returns what {@link leave} needs to take that back. Both
 * belong around one synchronous call.
 */
export function enter(active: Context): Context | undefined {
  const before = storage?.getStore();
  storage?.enterWith(active);
  return before;
}

export function leave(before: Context | undefined): void {
  // The types do not know that a storage may be empty.
  storage?.enterWith(before as Context);
}

/** Calls a function in a context. */
export function runIn<A extends unknown[], T>(
  active: Context,
  run: (...args: A) => T,
  ...args: A
): T {
  if (storage === undefined) return context.with(active, run, undefined, ...args);
  const before = enter(active);
  try {
    return run(...args);
  } finally {
    leave(before);
  }
}
