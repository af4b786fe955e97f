import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import type { ModulesContainer } from '@nestjs/core';
import { afterEach, describe, expect, it } from 'vitest';
import {
  applicationOf,
  likely,
} from '../../../../../libs/nestrace/src/edges/autotrace/entries/application-of.js';
import { TracedApplication } from '../../../../../libs/nestrace/src/edges/autotrace/choosing/traced-application.js';
import { withLifecycle } from '../../../../../libs/nestrace/src/pipeline/lifecycle-scope.js';
import { resolve } from '../../../support/options.js';
import { startTracing, type Tracing } from '../../../support/tracing.js';

interface Application {
  readonly tracing: Tracing;
  readonly traced: TracedApplication;
}

const started: Tracing[] = [];

afterEach(() => {
  for (const tracing of started.splice(0)) tracing.stop();
});

/** An application whose container holds these instances. */
function start(...instances: readonly object[]): Application {
  const tracing = startTracing();
  started.push(tracing);
  const providers = new Map(instances.map((instance, index) => [index, { instance }]));
  const modules = new Map([['module', { providers, controllers: new Map() }]]);
  const traced = new TracedApplication(
    tracing.telemetry,
    resolve().autoTrace,
    modules as unknown as ModulesContainer,
  );
  return { tracing, traced };
}

describe('the application of a call outside of any trace', () => {
  it('is the only one', () => {
    const { traced } = start();
    expect(applicationOf(new Set([traced]), {})).toBe(traced);
    expect(applicationOf(new Set(), {})).toBeUndefined();
  });

  it('is the one whose instance it is', () => {
    const [one, two] = [{}, {}];
    const first = start(one);
    const second = start(two);
    const users = new Set([first.traced, second.traced]);
    expect(applicationOf(users, one)).toBe(first.traced);
    expect(applicationOf(users, two)).toBe(second.traced);
  });

  it('is the one that started last, of those that have the method', () => {
    const first = start();
    const second = start();
    const third = start();
    expect(applicationOf(new Set([first.traced, second.traced]), {})).toBe(second.traced);
    expect(likely(new Set([third.traced, first.traced]))).toBe(third.traced);
  });

  it('is the one whose start has led here', () => {
    const first = start();
    const second = start();
    const scope = {
      telemetry: first.tracing.telemetry,
      traceId: '0'.repeat(32),
      isOver: true,
      contextAt: () => undefined,
    };
    const users = new Set([first.traced, second.traced]);
    context.with(withLifecycle(ROOT_CONTEXT, scope), () => {
      expect(likely(users)).toBe(first.traced);
    });
  });
});
