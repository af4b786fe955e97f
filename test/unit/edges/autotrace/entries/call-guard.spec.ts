import type { ModulesContainer } from '@nestjs/core';
import { EMPTY, firstValueFrom, lastValueFrom, of, throwError, type Observable } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guardEntry } from '../../../../../libs/nestrace/src/edges/autotrace/entries/call-guard.js';
import type { Entry } from '../../../../../libs/nestrace/src/edges/autotrace/entries/entry.js';
import { TracedApplication } from '../../../../../libs/nestrace/src/edges/autotrace/choosing/traced-application.js';
import {
  executionSources,
  type Execution,
} from '../../../../../libs/nestrace/src/pipeline/executions/begun-executions.js';
import {
  executionIn,
  ExecutionSpan,
} from '../../../../../libs/nestrace/src/pipeline/executions/execution-span.js';
import { activeContext } from '../../../../../libs/nestrace/src/pipeline/active-context.js';
import { startMethodSpan } from '../../../../../libs/nestrace/src/pipeline/methods/start-method-span.js';
import { expectTrace } from '../../../../../libs/nestrace/src/testing/expect-trace.js';
import { planOf } from '../../../support/method-plan.js';
import { resolve } from '../../../support/options.js';
import { startTracing, type Tracing } from '../../../support/tracing.js';

class Handlers {}

let tracing: Tracing;
let entry: Entry;
let begun: ExecutionSpan | undefined;

beforeEach(() => {
  tracing = startTracing();
  begun = undefined;
  executionSources.keep(tracing.telemetry, {
    serves: (owner) => owner === Handlers,
    begin: () => {
      const started = startMethodSpan(planOf({ name: 'execution' }), []);
      begun = started && new ExecutionSpan(started);
      return begun;
    },
  });
  const modules = new Map() as unknown as ModulesContainer;
  const application = new TracedApplication(tracing.telemetry, resolve().autoTrace, modules);
  const method = (): boolean => true;
  entry = guardEntry({
    key: 'canActivate',
    className: 'Owner',
    method,
    find: () => method,
    users: new Set([application]),
    planFor: () => undefined,
  });
});
afterEach(async () => {
  await turn();
  tracing.stop();
});

const turn = () => new Promise((done) => setImmediate(done));

function execution(type = 'rpc'): Execution {
  const args = ['data'];
  const host = { getType: () => type, getClass: () => Handlers, getArgs: () => args };
  return Object.assign(host, { switchToRpc: () => ({}) });
}

/** Calls a guard as its wrapper does. */
function guard(decide: () => unknown, given = execution()): unknown {
  const entered = entry(undefined, [given]);
  return entered === undefined ? decide() : entered.call(decide, undefined, [given]);
}

async function outcome(): Promise<unknown> {
  await turn();
  const [span] = tracing.spans.spans();
  return span === undefined ? 'open' : (span.attributes['error.type'] ?? 'ended');
}

const failure = new RangeError('broken');
/** Observables are subscribed by Nest. */
const subscribed = (result: unknown) => lastValueFrom(result as Observable<unknown>);

describe('a guard', () => {
  it('runs inside of the execution it has begun', () => {
    let inside: unknown;
    guard(() => {
      inside = executionIn(activeContext());
      return true;
    });
    expect(begun).toBeDefined();
    expect(inside).toBe(begun);
  });

  it.each([
    ['rpc', 'RpcException'],
    ['ws', 'WsException'],
    ['graphql', 'ForbiddenException'],
  ])('that denies ends an execution of %s as Nest will: %s', async (type, exception) => {
    expect(guard(() => false, execution(type))).toBe(false);
    expect(await outcome()).toBe(exception);
  });

  it.each([
    ['at once', () => true],
    ['with anything', () => ({ user: 1 })],
    ['later', () => Promise.resolve(true)],
    ['in a stream', () => of(false, true)],
    ['in a stream later', () => Promise.resolve(of(true))],
  ])('that allows %s leaves it to others', async (_, decide) => {
    let result = guard(decide);
    if (result instanceof Promise) result = await result;
    if (typeof result === 'object' && 'subscribe' in (result as object)) {
      expect(await subscribed(result)).toBe(true);
    }
    expect(await outcome()).toBe('open');
  });

  it.each([
    ['at once', () => false],
    ['with nothing', () => undefined],
    ['later', () => Promise.resolve(false)],
    // oxlint-disable-next-line unicorn/no-thenable -- what a library may call a promise
    ['by a thenable', () => ({ then: (done: (value: boolean) => void) => done(false) })],
  ])('that denies %s ends it', async (_, decide) => {
    expect(await guard(decide)).toBeFalsy();
    expect(await outcome()).toBe('RpcException');
  });

  it.each([
    ['in a stream', () => of(true, false)],
    ['in a stream later', () => Promise.resolve(of(false))],
  ])('that denies %s ends it', async (_, decide) => {
    expect(await subscribed(await guard(decide))).toBe(false);
    expect(await outcome()).toBe('RpcException');
  });

  it('that never decides, denies', async () => {
    await expect(firstValueFrom(guard(() => EMPTY) as Observable<unknown>)).rejects.toBeDefined();
    expect(await outcome()).toBe('RpcException');
  });

  it.each([
    [
      'at once',
      async () =>
        guard(() => {
          throw failure;
        }),
    ],
    ['later', async () => guard(() => Promise.reject(failure))],
    ['in a stream', async () => subscribed(guard(() => throwError(() => failure)))],
  ])('that throws %s fails it, and its caller', async (_, call) => {
    await expect(call()).rejects.toBe(failure);
    await turn();
    expectTrace(tracing.spans.spans(), { name: 'execution', status: 'ERROR' });
  });

  it('that throws what cannot be looked at fails only its caller', async () => {
    const shy = new Proxy(new Error('shy'), {
      get: () => {
        throw new Error('do not look');
      },
    });
    const seen: unknown[] = [];
    try {
      guard(() => {
        throw shy;
      });
    } catch (error) {
      seen.push(error);
    }
    expect(seen[0] === shy).toBe(true);
    await turn();
    expect(tracing.spans.openSpans()).toEqual([]);
  });

  it('called by another one decides nothing', async () => {
    const given = execution();
    expect(guard(() => guard(() => false, given) === false, given)).toBe(true);
    expect(await outcome()).toBe('open');
  });

  it('called when the handler runs decides nothing', async () => {
    const given = execution();
    guard(() => true, given);
    begun?.take();
    expect(guard(() => false, given)).toBe(false);
    expect(await outcome()).toBe('open');
  });

  it.each([
    ['of HTTP', [execution('http')]],
    ['of nothing', []],
    ['of another kind', ['user']],
  ])('has no execution to begin where it is %s', (_, args) => {
    expect(entry(undefined, args)).toBeUndefined();
    expect(begun).toBeUndefined();
  });

  it('is called as it is where the execution cannot be asked', () => {
    const broken = Object.assign(execution(), {
      getClass: () => {
        throw new Error('no class');
      },
      getArgs: () => {
        throw new Error('no arguments');
      },
    });
    expect(entry(undefined, [broken])).toBeUndefined();
  });
});
