import { configFileOption } from './config-file.options.js';
import type { OtelModuleOptions } from './otel.options.js';
import { otelSchema } from './otel.options.js';
import {
  environmentValuesOf,
  resolveOptions,
  type ResolvedOtelOptions,
} from './resolve-options.js';
import type { Environment } from './schema/node.js';
import { Report } from './schema/report.js';
import { FieldsResolver } from './schema/resolve-fields.js';

/**
 * The options with what a configuration file says, where one is named. Without one everything is
 * there at once, and nothing is loaded that reads files.
 *
 * @throws OtelConfigError with every bad option in code and in the file
 */
export function loadOptions(
  input: OtelModuleOptions,
  env: Environment,
): ResolvedOtelOptions | Promise<ResolvedOtelOptions> {
  const report = new Report();
  const resolver = new FieldsResolver(env, report, environmentValuesOf(input));
  const { enabled, configFile } = input ?? {};
  const switches = { enabled: otelSchema.enabled, configFile: configFileOption };
  const named = resolver.fields(switches, { enabled, configFile });
  // Who turns tracing off, in a hurry perhaps, must not be stopped by the file.
  if (typeof named.configFile !== 'string' || !named.enabled) return resolveOptions(input, env);
  const { variable } = report.origins.get('configFile') ?? {};
  return withFile(named.configFile, variable ?? 'configFile', input, env);
}

async function withFile(
  name: string,
  namedBy: string,
  input: OtelModuleOptions,
  env: Environment,
): Promise<ResolvedOtelOptions> {
  const { readConfigFile } = await import('./file/read-config-file.js');
  return resolveOptions(input, env, await readConfigFile(name, namedBy, env));
}
