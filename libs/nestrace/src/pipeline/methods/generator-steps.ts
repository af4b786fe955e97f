type Step = (this: unknown, ...args: unknown[]) => unknown;

const STEPS = ['next', 'return', 'throw'] as const;

/** Generator objects by what they call themselves; streams and collections are left alone. */
export function isGeneratorObject(value: object): value is Iterator<unknown> {
  const tag: unknown = (value as Record<symbol, unknown>)[Symbol.toStringTag];
  return tag === 'Generator' || tag === 'AsyncGenerator';
}

/**
 * Puts something around every step of a generator. The object itself is kept; only its three step
 * methods are shadowed.
 */
export function wrapSteps(iterator: object, around: (step: () => unknown) => unknown): void {
  for (const name of STEPS) {
    const step = (iterator as Partial<Record<typeof name, Step>>)[name];
    if (step === undefined) continue;
    Object.defineProperty(iterator, name, {
      configurable: true,
      writable: true,
      value: (...args: unknown[]) => around(() => Reflect.apply(step, iterator, args)),
    });
  }
}
