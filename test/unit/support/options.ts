import type { OtelModuleOptions } from '../../../libs/nestrace/src/config/otel.options.js';
import {
  resolveOptions,
  type ResolvedOtelOptions,
} from '../../../libs/nestrace/src/config/resolve-options.js';
import type { Environment } from '../../../libs/nestrace/src/config/schema/node.js';
import {
  OtelConfigError,
  type ConfigProblem,
} from '../../../libs/nestrace/src/core/errors/otel-config.error.js';

/** Resolves options as a JavaScript user might give them: anything goes in. */
export function resolve(input: unknown = {}, env: Environment = {}): ResolvedOtelOptions {
  return resolveOptions(input as OtelModuleOptions, env);
}

/** The error that options cause. */
export function refusal(input: unknown, env: Environment = {}): OtelConfigError {
  try {
    resolve(input, env);
  } catch (error) {
    if (error instanceof OtelConfigError) return error;
    throw error;
  }
  throw new Error('The options were accepted.');
}

/** The only problem options have. */
export function onlyProblem(input: unknown, env: Environment = {}): ConfigProblem {
  const { problems } = refusal(input, env);
  const [problem] = problems;
  if (problem === undefined || problems.length > 1) {
    throw new Error(`Expected one problem, there are ${problems.length}.`);
  }
  return problem;
}
