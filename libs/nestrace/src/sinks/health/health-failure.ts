import type { ModulesContainer } from '@nestjs/core';
import type { OtelHealthResult } from './otel-health.options.js';

/**
 * The error by which an indicator tells `down` to `@nestjs/terminus` 10. That package knows it by
 * its properties, and so it needs not be there.
 */
export class HealthFailure extends Error {
  readonly isHealthCheckError = true;

  constructor(
    message: string,
    readonly causes: OtelHealthResult,
  ) {
    super(message);
    this.name = 'HealthFailure';
  }
}

/**
 * Whether a result that says `down` counts as down. From version 11 on it does, and an error is an
 * error of the check itself; before, only the error counts. What tells the two apart is a provider
 * that came with version 11.
 */
export function takesResults(modules: ModulesContainer): boolean {
  for (const { name, providers } of modules.values()) {
    if (name !== 'TerminusModule') continue;
    return [...providers.values()].some(({ name: given }) => given === 'HealthIndicatorService');
  }
  return true;
}
