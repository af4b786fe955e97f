import type { ModulesContainer } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import {
  HealthFailure,
  takesResults,
} from '../../../../libs/nestrace/src/sinks/health/health-failure.js';

function application(...modules: (readonly [name: string, ...providers: string[]])[]) {
  return new Map(
    modules.map(([name, ...providers]) => [
      name,
      { name, providers: new Map(providers.map((provider) => [provider, { name: provider }])) },
    ]),
  ) as unknown as ModulesContainer;
}

describe('takesResults', () => {
  it('tells terminus 11 and later by the provider they brought', () => {
    const modules = application(
      ['AppModule', 'AppService'],
      ['TerminusModule', 'HealthCheckService', 'HealthIndicatorService'],
    );
    expect(takesResults(modules)).toBe(true);
  });

  it('tells terminus 10 by its being without', () => {
    const modules = application(
      ['AppModule', 'HealthIndicatorService'],
      ['TerminusModule', 'HealthCheckService'],
    );
    expect(takesResults(modules)).toBe(false);
  });

  it('throws nothing at applications without terminus', () => {
    expect(takesResults(application(['AppModule']))).toBe(true);
  });
});

describe('HealthFailure', () => {
  it('is what terminus 10 looks for', () => {
    const causes = { tracing: { status: 'down', state: 'failing', exporters: [] } } as const;
    expect(new HealthFailure('it fails', causes)).toMatchObject({
      isHealthCheckError: true,
      causes,
      message: 'it fails',
    });
  });
});
