import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { context, ROOT_CONTEXT, trace, type Span } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClassHooks } from '../../../../libs/nestrace/src/edges/lifecycle/class-hooks.js';
import { deferred } from '../../support/deferred.js';
import { startTracing, type Tracing } from '../../support/tracing.js';

const error = new Error('no');

function throws(): never {
  throw error;
}

@Injectable()
class Hooked {
  result: unknown = 'result';

  onModuleInit(): unknown {
    return this.result;
  }
}

@Injectable()
class Broken {
  fails: () => unknown = throws;

  onModuleInit(): unknown {
    return this.fails();
  }
}

@Module({ providers: [Hooked, Broken] })
class HookedModule {}

let tracing: Tracing;
let phase: Span;
let hooks: ClassHooks;
let hooked: Hooked;
let broken: Broken;
let modules: ModulesContainer;

beforeEach(async () => {
  tracing = startTracing();
  const testing = await Test.createTestingModule({ imports: [HookedModule] }).compile();
  modules = testing.get(ModulesContainer);
  hooked = testing.get(Hooked);
  broken = testing.get(Broken);
  phase = tracing.tracer.startSpan('onModuleInit');
  hooks = new ClassHooks('onModuleInit', tracing.telemetry);
  hooks.replaceIn(modules, () => false);
});
afterEach(() => {
  hooks.restore();
  tracing.stop();
});

/** Calls something as Nest does it in a phase. */
function inPhase<T>(call: () => T, of = hooks): T {
  return context.with(of.enter(trace.setSpan(ROOT_CONTEXT, phase)), call);
}

const names = (): readonly string[] => tracing.spans.spans().map(({ name }) => name);

describe('a hook of a class', () => {
  it('has a span while Nest calls it', () => {
    expect(inPhase(() => hooked.onModuleInit())).toBe('result');
    expect(tracing.spans.spans()).toMatchObject([
      {
        name: 'Hooked.onModuleInit',
        parentSpanId: phase.spanContext().spanId,
        attributes: {
          'nest.type': 'lifecycle',
          'code.function.name': 'Hooked.onModuleInit',
          'nest.module': 'HookedModule',
        },
      },
    ]);
  });

  it('has none outside of its phase, nor in another one', () => {
    hooked.onModuleInit();
    const other = new ClassHooks('onModuleDestroy', tracing.telemetry);
    inPhase(() => hooked.onModuleInit(), other);
    const empty = new ClassHooks('onModuleInit', tracing.telemetry);
    inPhase(() => hooked.onModuleInit(), empty);
    expect(names()).toEqual([]);
  });

  it('has none of an instance nobody provides', () => {
    inPhase(() => new Hooked().onModuleInit());
    expect(names()).toEqual([]);
  });

  it('lasts as long as its promise', async () => {
    const { promise, resolve } = deferred<string>();
    hooked.result = promise;
    const outcome = inPhase(() => hooked.onModuleInit());
    expect(tracing.spans.openSpans()).toContain('Hooked.onModuleInit');
    resolve('done');
    await expect(outcome).resolves.toBe('done');
    expect(names()).toEqual(['Hooked.onModuleInit']);
  });

  it('is over when it gives back something that is only like a promise, which is left alone', () => {
    const then = vi.fn<() => void>();
    // oxlint-disable-next-line unicorn/no-thenable -- query builders have one
    hooked.result = { then };
    expect(inPhase(() => hooked.onModuleInit())).toBe(hooked.result);
    expect(names()).toEqual(['Hooked.onModuleInit']);
    expect(then).not.toHaveBeenCalled();
  });

  it.each([
    ['at once', throws],
    ['later', () => Promise.reject(error)],
  ])('shows what it failed with, %s', async (_when, fails) => {
    broken.fails = fails;
    await expect(inPhase(async () => broken.onModuleInit())).rejects.toBe(error);
    expect(tracing.spans.spans()).toMatchObject([
      { name: 'Broken.onModuleInit', status: { code: 'ERROR', message: 'no' } },
    ]);
  });

  it('ends although what it threw cannot be looked at', () => {
    const evil = new Proxy(
      {},
      {
        get: () => {
          throw new Error('do not touch');
        },
      },
    );
    broken.fails = () => {
      throw evil;
    };
    let thrown: unknown;
    try {
      inPhase(() => broken.onModuleInit());
    } catch (caught) {
      thrown = caught;
    }
    expect(thrown).toBe(evil);
    expect(tracing.spans.openSpans()).toEqual(['onModuleInit']);
  });
});

describe('the hooks of all classes', () => {
  it('are there again when the phase is over', () => {
    const replaced = Hooked.prototype.onModuleInit;
    hooks.restore();
    expect(Hooked.prototype.onModuleInit).not.toBe(replaced);
    inPhase(() => hooked.onModuleInit());
    expect(names()).toEqual([]);
  });

  it('are there again when the last of two phases is over', () => {
    const replaced = Hooked.prototype.onModuleInit;
    const other = new ClassHooks('onModuleInit', tracing.telemetry);
    other.replaceIn(modules, () => false);
    hooks.restore();
    expect(Hooked.prototype.onModuleInit).toBe(replaced);
    inPhase(() => hooked.onModuleInit());
    expect(names()).toEqual([]);
    inPhase(() => hooked.onModuleInit(), other);
    expect(names()).toEqual(['Hooked.onModuleInit']);
    other.restore();
    expect(Hooked.prototype.onModuleInit).not.toBe(replaced);
  });

  it('stay as they are in modules that are left out', () => {
    hooks.restore();
    const original = Hooked.prototype.onModuleInit;
    hooks.replaceIn(modules, ({ name }) => name === 'HookedModule');
    expect(Hooked.prototype.onModuleInit).toBe(original);
  });
});
