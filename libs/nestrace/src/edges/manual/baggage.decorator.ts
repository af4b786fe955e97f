import { createParamDecorator } from '@nestjs/common';
import { propagation } from '@opentelemetry/api';

/**
 * Hands a baggage entry of the request to a handler, or undefined where the caller sent none.
 * Baggage comes from outside: treat it like any other input.
 *
 * @example
 * ```ts
 * @Get()
 * list(@Baggage('tenant.id') tenant: string | undefined) {}
 * ```
 *
 * @see https://www.w3.org/TR/baggage/
 * @publicApi
 */
export const Baggage: (key: string) => ParameterDecorator = createParamDecorator(
  (key: string) => propagation.getActiveBaggage()?.getEntry(key)?.value,
);
