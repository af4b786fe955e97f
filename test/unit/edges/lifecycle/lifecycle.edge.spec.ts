import { ModulesContainer, NestApplicationContext } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LifecycleEdge } from '../../../../libs/nestrace/src/edges/lifecycle/lifecycle.edge.js';
import { StartMoment } from '../../../../libs/nestrace/src/edges/lifecycle/start-moment.js';
import type { OtelModuleOptions } from '../../../../libs/nestrace/src/config/otel.options.js';
import type { TelemetryLifecycle } from '../../../../libs/nestrace/src/pipeline/telemetry-lifecycle.js';
import { resolve } from '../../support/options.js';
import { startTracing, type Tracing } from '../../support/tracing.js';

let tracing: Tracing;

beforeEach(() => {
  tracing = startTracing();
});
afterEach(() => {
  tracing.stop();
});

const prototype = NestApplicationContext.prototype as unknown as Record<
  string,
  (this: object, signal?: string) => Promise<void>
>;
const untouched = prototype['callShutdownHook'];

interface Made {
  readonly edge: LifecycleEdge;
  readonly modules: ModulesContainer;
  readonly flushes: number[];
}

function make(
  options: OtelModuleOptions = {},
  lifecycle: Partial<TelemetryLifecycle> = {},
  modules = new ModulesContainer(),
): Made {
  const flushes: number[] = [];
  const parts = {
    telemetry: tracing.telemetry,
    usesForeignProvider: false,
    flush: async (timeoutMs: number) => {
      flushes.push(timeoutMs);
      return true;
    },
    ...lifecycle,
  };
  const edge = new LifecycleEdge(
    resolve(options),
    parts as TelemetryLifecycle,
    new StartMoment(),
    modules,
  );
  return { edge, modules, flushes };
}

/** Lets Nest run one phase of an application with these modules. */
async function run(method: string, modules: ModulesContainer, error?: Error): Promise<void> {
  const application: object = Object.create(NestApplicationContext.prototype, {
    container: { value: { getModules: () => modules } },
    getModulesToTriggerHooksOn: {
      value: () => {
        if (error !== undefined) throw error;
        return [];
      },
    },
  });
  await prototype[method]?.call(application);
}

describe('LifecycleEdge', () => {
  it('calls back when the application has run its last hook, and lets go of Nest', async () => {
    const { edge, modules } = make();
    const log: string[] = [];
    expect(edge.whenClosed(async () => void log.push('first'))).toBe(true);
    expect(edge.whenClosed(() => Promise.reject(new Error('no')))).toBe(true);
    expect(edge.whenClosed(async () => void log.push('last'))).toBe(true);
    expect(prototype['callShutdownHook']).not.toBe(untouched);
    await run('callDestroyHook', modules);
    expect(log).toEqual([]);
    await run('callShutdownHook', modules);
    expect(log).toEqual(['first', 'last']);
    expect(prototype['callShutdownHook']).toBe(untouched);
  });

  it.each([
    [{}, 1000],
    [{ shutdown: { timeoutMs: 300 } }, 300],
  ])('has a failed start delivered in time: %o', async (options, timeoutMs) => {
    const { modules, flushes } = make(options);
    const error = new Error('no');
    await expect(run('callInitHook', modules, error)).rejects.toBe(error);
    expect(flushes).toEqual([timeoutMs]);
    await run('callShutdownHook', modules);
  });

  it('knows nothing of the end where it is not wanted or somebody else is in charge', () => {
    for (const { edge } of [
      make({ lifecycle: false }),
      make({}, { telemetry: undefined }),
      make({}, { usesForeignProvider: true }),
    ]) {
      expect(edge.whenClosed(async () => {})).toBe(false);
    }
    expect(prototype['callShutdownHook']).toBe(untouched);
  });

  it('leaves an application to the first', async () => {
    const { edge, modules } = make();
    const second = make({}, {}, modules);
    expect(edge.whenClosed(async () => {})).toBe(true);
    expect(second.edge.whenClosed(async () => {})).toBe(false);
    await run('callShutdownHook', modules);
  });
});
