import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { ModulesContainer, NestApplicationContext } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { ApplicationLife } from '../../../../libs/nestrace/src/edges/lifecycle/application-life.js';
import {
  seesTheEnd,
  watchApplication,
} from '../../../../libs/nestrace/src/edges/lifecycle/watch-applications.js';
import { startTracing } from '../../support/tracing.js';

@Module({})
class EmptyModule {}

const undo: (() => void)[] = [];

afterEach(() => {
  for (const step of undo.splice(0).toReversed()) step();
});

/** Writes down what it sees. */
class NotingLife extends ApplicationLife {
  readonly log: string[] = [];

  override made(): void {
    this.log.push('made');
  }

  override async during(hook: string, signal: unknown, run: () => unknown): Promise<void> {
    this.log.push(signal === undefined ? hook : `${hook} ${String(signal)}`);
    await run();
  }

  override async listen<T>(run: () => T | Promise<T>): Promise<T> {
    this.log.push('listen');
    return run();
  }
}

function lifeOf(modules: ModulesContainer): NotingLife {
  const tracing = startTracing();
  undo.push(tracing.stop);
  return new NotingLife({
    telemetry: tracing.telemetry,
    modules,
    startedAt: 0,
    isLeftOut: () => false,
    onFailure: async () => {},
    onClosed: async () => {},
  });
}

async function watched(): Promise<{
  readonly testing: TestingModule;
  readonly life: NotingLife;
  readonly stop: () => void;
}> {
  const testing = await Test.createTestingModule({ imports: [EmptyModule] }).compile();
  const modules = testing.get(ModulesContainer);
  const life = lifeOf(modules);
  const stop = watchApplication(modules, life) as () => void;
  undo.push(stop);
  return { testing, life, stop };
}

const close = (application: unknown): Promise<void> =>
  (application as NestApplicationContext).close('SIGINT');

describe('watchApplication', () => {
  it('sees every phase of an application, and its server', async () => {
    const { testing, life } = await watched();
    const app = testing.createNestApplication({ logger: false });
    await app.listen(0);
    await close(app);
    expect(life.log).toEqual([
      'made',
      'listen',
      'onModuleInit',
      'onApplicationBootstrap',
      'onModuleDestroy',
      'beforeApplicationShutdown SIGINT',
      'onApplicationShutdown SIGINT',
    ]);
  });

  it('sees nothing of other applications', async () => {
    const { life } = await watched();
    const other = await Test.createTestingModule({ imports: [EmptyModule] }).compile();
    await other.createNestApplication({ logger: false }).init();
    await other.init();
    await other.close();
    expect(life.log).toEqual([]);
  });

  it('sees nothing any more when it is told to stop, and the others still do', async () => {
    const [first, second] = [await watched(), await watched()];
    const app = first.testing.createNestApplication({ logger: false });
    second.testing.createNestApplication({ logger: false });
    first.stop();
    first.stop();
    await app.listen(0);
    await app.close();
    await second.testing.init();
    expect(first.life.log).toEqual(['made']);
    expect(second.life.log).toEqual(['made', 'onModuleInit', 'onApplicationBootstrap']);
  });

  it('leaves Nest as it was', async () => {
    const methods = (): unknown[] =>
      Reflect.ownKeys(NestApplicationContext.prototype).map(
        (key) => Object.getOwnPropertyDescriptor(NestApplicationContext.prototype, key)?.value,
      );
    const before = methods();
    const { testing, stop } = await watched();
    expect(methods()).not.toEqual(before);
    testing.createNestApplication({ logger: false });
    stop();
    expect(methods()).toEqual(before);
  });

  it('follows an application once', async () => {
    const { testing, life } = await watched();
    const modules = testing.get(ModulesContainer);
    const again = lifeOf(modules);
    expect(watchApplication(modules, again)).toBeUndefined();
    await testing.init();
    expect(life.log).toEqual(['onModuleInit', 'onApplicationBootstrap']);
    expect(again.log).toEqual([]);
  });

  it('lets applications be that do not say what they are made of', async () => {
    await watched();
    const stranger = Object.create(NestApplicationContext.prototype) as {
      selectContextModule(): void;
    };
    expect(() => {
      stranger.selectContextModule();
    }).toThrow(TypeError);
  });
});

describe('seesTheEnd', () => {
  it('is so where Nest has the method that calls the last hook', () => {
    expect(seesTheEnd()).toBe(true);
    const { prototype } = NestApplicationContext;
    const method = Object.getOwnPropertyDescriptor(prototype, 'callShutdownHook');
    Reflect.deleteProperty(prototype, 'callShutdownHook');
    try {
      expect(seesTheEnd()).toBe(false);
    } finally {
      Object.defineProperty(prototype, 'callShutdownHook', method ?? {});
    }
  });
});
