import type { FactoryProvider, Provider } from '@nestjs/common';

/** A provider whose dependencies and result are checked by the compiler. */
export function provide<Args extends unknown[], T>(
  token: symbol,
  inject: FactoryProvider['inject'] & { readonly length: Args['length'] },
  useFactory: (...args: Args) => T | Promise<T>,
): Provider {
  return { provide: token, inject, useFactory };
}
