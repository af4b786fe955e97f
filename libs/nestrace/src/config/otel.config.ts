import { registerAs } from '@nestjs/config';
import { processEnvironment } from './env.js';
import type { OtelModuleOptions } from './otel.options.js';
import { environmentOptions } from './resolve-options.js';

/**
 * The `otel` namespace of `@nestjs/config`: what the environment says about tracing, with the
 * variables of the `.env` files `ConfigModule` loads.
 *
 * `OtelModule.forRoot()` reads the same variables by itself. Use this to read the values elsewhere,
 * or to build further options on them.
 *
 * @example
 * ```ts
 * imports: [ConfigModule.forRoot(), OtelModule.forRootAsync(otelConfig.asProvider())]
 * ```
 *
 * @publicApi
 */
export const otelConfig = registerAs('otel', (): OtelModuleOptions =>
  environmentOptions(processEnvironment()),
);
