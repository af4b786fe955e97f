import { ModulesContainer } from '@nestjs/core';
import { context, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApplicationLife } from '../../../../libs/nestrace/src/edges/lifecycle/application-life.js';
import { expectTrace } from '../../../../libs/nestrace/src/testing/expect-trace.js';
import { InMemoryTelemetry } from '../../../../libs/nestrace/src/testing/in-memory-telemetry.js';
import { NOTHING, startTracing, type Tracing, type TracingParts } from '../../support/tracing.js';

let telemetry: InMemoryTelemetry;
let tracing: Tracing;
let life: ApplicationLife;
let told: string[];

function begin(parts: TracingParts = {}): void {
  telemetry = new InMemoryTelemetry({ lifecycle: true });
  tracing = startTracing({ members: [telemetry], ...parts });
  told = [];
  life = new ApplicationLife({
    telemetry: tracing.telemetry,
    modules: new ModulesContainer(),
    startedAt: performance.now() - 1000,
    isLeftOut: () => false,
    onFailure: async () => told.push('failed'),
    onClosed: async () => told.push('closed'),
  });
}

beforeEach(() => {
  begin();
});
afterEach(() => {
  tracing.stop();
});

const nothing = async (): Promise<void> => {};

async function initialise(): Promise<void> {
  await life.during('onModuleInit', undefined, nothing);
  await life.during('onApplicationBootstrap', undefined, nothing);
}

async function close(): Promise<void> {
  await life.during('onModuleDestroy', undefined, nothing);
  await life.during('beforeApplicationShutdown', 'SIGTERM', nothing);
  await life.during('onApplicationShutdown', 'SIGTERM', nothing);
}

const names = (...list: string[]) => list.map((name) => ({ name }));

/** Names of all roots that have ended, in order. */
const roots = (): readonly string[] =>
  telemetry
    .spans()
    .filter(({ parentSpanId }) => parentSpanId === undefined)
    .map(({ name }) => name);

describe('the start of an application', () => {
  it('ends when it is initialised', async () => {
    life.made();
    await life.during('onModuleInit', undefined, nothing);
    expect(telemetry.openSpans()).toEqual(['app.bootstrap']);
    await life.during('onApplicationBootstrap', undefined, nothing);
    expect(telemetry.openSpans()).toEqual([]);
    expectTrace(telemetry.spans(), {
      name: 'app.bootstrap',
      children: names('dependency injection', 'onModuleInit', 'onApplicationBootstrap'),
    });
    expect(told).toEqual([]);
  });

  it('ends when everything listens that was asked to before', async () => {
    let listens = (): void => {};
    const slow = life.listen(() => new Promise<void>((resolve) => (listens = resolve)));
    await life.listen(initialise);
    expect(telemetry.openSpans()).toEqual(['app.bootstrap']);
    listens();
    await slow;
    expect(telemetry.openSpans()).toEqual([]);
    expectTrace(telemetry.spans(), {
      name: 'app.bootstrap',
      childrenInAnyOrder: true,
      children: names(
        'dependency injection',
        'onModuleInit',
        'onApplicationBootstrap',
        'listen',
        'listen',
      ),
    });
  });

  it('shows how a server listens, and not how it initialises the application before', async () => {
    await life.listen(initialise);
    const listen = telemetry.spans().find(({ name }) => name === 'listen');
    const hooks = telemetry.spans().find(({ name }) => name === 'onApplicationBootstrap');
    expect(listen?.startTime).toBeGreaterThanOrEqual(
      (hooks?.startTime ?? Infinity) + (hooks?.durationMs ?? 0),
    );
  });

  it('shows what has listened before, of a hundred', async () => {
    for (let count = 0; count < 150; count++) await life.listen(nothing);
    expect(telemetry.spans()).toEqual([]);
    await initialise();
    expect(telemetry.spans().filter(({ name }) => name === 'listen')).toHaveLength(100);
  });

  it('knows nothing of what listens later', async () => {
    await initialise();
    const before = telemetry.spans().length;
    await expect(life.listen(async () => 'server')).resolves.toBe('server');
    await expect(life.listen(() => Promise.reject(new Error('taken')))).rejects.toThrow('taken');
    expect(telemetry.spans()).toHaveLength(before);
    expect(told).toEqual([]);
  });

  it('may come again, and then injects nothing', async () => {
    await initialise();
    telemetry.clear();
    await initialise();
    expectTrace(telemetry.spans(), {
      name: 'app.bootstrap',
      children: names('onModuleInit', 'onApplicationBootstrap'),
    });
  });

  it('runs its hooks in its own context, and leads back to that of the caller', async () => {
    const KEY = Symbol('key');
    const outer = context.active().setValue(KEY, 'value');
    await context.with(outer, async () => {
      await life.during('onModuleInit', undefined, async () => {
        await Promise.resolve();
        expect(context.active().getValue(KEY)).toBe('value');
        expect(trace.getActiveSpan()).toMatchObject({ name: 'onModuleInit' });
      });
      expect(context.active()).toBe(outer);
    });
    expect.assertions(3);
  });
});

describe('a start that fails', () => {
  const error = new Error('no');
  const fails = (): Promise<never> => Promise.reject(error);

  it('throws what was thrown, after everybody was told', async () => {
    const outcome = life.during('onModuleInit', undefined, fails);
    await expect(outcome).rejects.toBe(error);
    expect(told).toEqual(['failed']);
    expectTrace(telemetry.spans(), {
      name: 'app.bootstrap',
      status: 'ERROR',
      children: [
        { name: 'dependency injection', status: 'UNSET' },
        { name: 'onModuleInit', status: 'ERROR', exceptions: ['Error'] },
      ],
    });
  });

  it('is told once where a server initialises the application', async () => {
    const outcome = life.listen(() => life.during('onModuleInit', undefined, fails));
    await expect(outcome).rejects.toBe(error);
    expect(told).toEqual(['failed']);
    expect(telemetry.spans().filter(({ name }) => name === 'listen')).toEqual([]);
  });

  it('is told where a server cannot listen, before or after', async () => {
    await expect(life.listen(fails)).rejects.toBe(error);
    expect(told).toEqual(['failed']);
    expectTrace(telemetry.spans(), {
      name: 'app.bootstrap',
      status: 'ERROR',
      children: [{ name: 'dependency injection' }, { name: 'listen', status: 'ERROR' }],
    });
    begin();
    await expect(life.listen(() => initialise().then(fails))).rejects.toBe(error);
    expect(told).toEqual(['failed']);
    expect(roots()).toEqual(['app.bootstrap']);
  });

  it('throws what was thrown although it was thrown at once, and is no error', async () => {
    const outcome = life.during('onModuleInit', undefined, () => {
      // oxlint-disable-next-line typescript/only-throw-error -- applications do
      throw undefined;
    });
    await expect(outcome).rejects.toBeUndefined();
    expect(told).toEqual(['failed']);
  });
});

describe('the end of an application', () => {
  it('is one trace, and is told when it is complete', async () => {
    await initialise();
    telemetry.clear();
    await life.during('onModuleDestroy', undefined, nothing);
    await life.during('beforeApplicationShutdown', 'SIGTERM', nothing);
    expect(told).toEqual([]);
    await life.during('onApplicationShutdown', 'SIGTERM', nothing);
    expect(told).toEqual(['closed']);
    expectTrace(telemetry.spans(), {
      name: 'app.shutdown',
      attributes: { 'nest.shutdown.signal': 'SIGTERM' },
      children: names('onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'),
    });
  });

  it('ends a start that has not come to its end', async () => {
    await life.during('onModuleInit', undefined, nothing);
    await close();
    expect(roots()).toEqual(['app.bootstrap', 'app.shutdown']);
    expect(telemetry.openSpans()).toEqual([]);
  });

  it('comes once, and is told whenever it comes', async () => {
    await close();
    await close();
    expect(roots()).toEqual(['app.shutdown']);
    expect(told).toEqual(['closed', 'closed']);
  });

  it('that fails is told as such, unless it was the last of it', async () => {
    const fails = (): Promise<never> => Promise.reject(new Error('no'));
    await expect(life.during('onModuleDestroy', undefined, fails)).rejects.toThrow('no');
    expect(told).toEqual(['failed']);
    expect(roots()).toEqual(['app.shutdown']);
    await expect(life.during('onApplicationShutdown', undefined, fails)).rejects.toThrow('no');
    expect(told).toEqual(['failed', 'closed']);
    expect(telemetry.spans().filter(({ status }) => status.code === 'ERROR')).toHaveLength(4);
  });
});

describe('a life nobody sees', () => {
  const run = vi.fn<() => Promise<void>>(nothing);

  beforeEach(() => {
    run.mockClear();
  });

  it('goes on where the sampler does not want it', async () => {
    tracing.stop();
    begin({ sampler: NOTHING });
    await life.during('onModuleInit', undefined, run);
    await life.listen(run);
    await expect(
      life.during('onApplicationBootstrap', undefined, () => Promise.reject(new Error('no'))),
    ).rejects.toThrow('no');
    await close();
    expect(run).toHaveBeenCalledTimes(2);
    expect(told).toEqual(['closed']);
    expect(telemetry.spans()).toEqual([]);
  });

  it('goes on where tracing is suppressed', async () => {
    await context.with(suppressTracing(context.active()), async () => {
      await life.during('onModuleInit', undefined, run);
      await life.listen(run);
      await expect(life.listen(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    });
    expect(run).toHaveBeenCalledTimes(2);
    expect(told).toEqual([]);
    expect(telemetry.spans()).toEqual([]);
  });

  it('goes on when the telemetry has gone', async () => {
    tracing.stop();
    await life.during('onModuleInit', undefined, run);
    expect(run).toHaveBeenCalledOnce();
    expect(telemetry.spans()).toEqual([]);
    begin();
  });

  it('goes on when its trace cannot be drawn', async () => {
    vi.spyOn(tracing.tracer, 'startSpan').mockImplementation(() => {
      throw new Error('broken');
    });
    await life.during('onModuleInit', undefined, run);
    await life.listen(run);
    await expect(life.listen(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await close();
    expect(run).toHaveBeenCalledTimes(2);
    expect(told).toEqual(['closed']);
  });
});
