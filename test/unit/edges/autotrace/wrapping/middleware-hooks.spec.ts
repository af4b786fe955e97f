import { MiddlewareBuilder, NestApplication, type HttpAdapterHost } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureCounts } from '../../../../../libs/nestrace/src/core/failures.js';
import { watchMiddleware } from '../../../../../libs/nestrace/src/edges/autotrace/wrapping/middleware-hooks.js';
import { expectBelow, inTrace } from '../../../support/in-trace.js';
import { startTracing, type Tracing } from '../../../support/tracing.js';

type Middleware = (request: unknown, response: unknown, next: () => void) => unknown;

let tracing: Tracing;
const undo: (() => void)[] = [];

beforeEach(() => {
  tracing = startTracing();
});
afterEach(() => {
  for (const stop of undo.splice(0)) stop();
  tracing.stop();
});

const adapter = { used: [] as unknown[][] };

/** Watches the applications of this adapter. */
function watch(httpAdapter: unknown = adapter, takes = (_name: string) => true) {
  const classes: unknown[] = [];
  const names: string[] = [];
  const stop = watchMiddleware({
    host: { httpAdapter } as unknown as HttpAdapterHost,
    seesClass: (owner) => classes.push(owner),
    takesFunction: (_, name) => {
      names.push(name);
      return takes(name);
    },
  });
  undo.push(stop);
  return { classes, names, stop };
}

/** What Nest takes for the middleware of a module. */
function applied(...middleware: readonly unknown[]): readonly unknown[] {
  const builder = new MiddlewareBuilder({} as never, adapter as never, {} as never);
  return Reflect.get(builder.apply(...(middleware as [])), 'middleware') as unknown[];
}

/** What reaches the adapter of `app.use()`. */
function used(...args: readonly unknown[]): readonly unknown[] {
  const seen: unknown[] = [];
  const httpAdapter = { use: (...given: unknown[]) => seen.push(...given) };
  const app = Object.create(NestApplication.prototype, {
    httpAdapter: { value: Object.assign(adapter, httpAdapter) },
    appOptions: { value: {} },
  }) as NestApplication;
  app.use(...(args as [never]));
  return seen;
}

function gate(_request: unknown, _response: unknown, next: () => void): string {
  next();
  return 'passed';
}

class Gate {
  use(_request: unknown, _response: unknown, next: () => void): void {
    next();
  }
}

function OldGate(this: object): void {}
OldGate.prototype.use = gate;

describe.each([
  ['consumer.apply()', applied],
  ['app.use()', used],
])('a function given to %s', (_, give) => {
  it('is called in a span', () => {
    watch();
    const [wrapper] = give(gate) as [Middleware];
    expect(wrapper).not.toBe(gate);
    let calls = 0;
    expect(inTrace(tracing, () => wrapper({}, {}, () => calls++))).toBe('passed');
    expect(calls).toBe(1);
    expectBelow(tracing, { name: 'gate', attributes: { 'nest.type': 'middleware' } });
    expect(wrapper({}, {}, () => calls++)).toBe('passed');
    expect(calls).toBe(2);
    expect(tracing.spans.spans()).toEqual([]);
  });

  it('is not told apart by its look', () => {
    watch();
    const [wrapper] = give(gate) as [Middleware];
    expect([wrapper.name, wrapper.length, String(wrapper)]).toEqual(['gate', 3, String(gate)]);
  });

  it('is the same each time, and not wrapped twice', () => {
    watch();
    const [wrapper] = give(gate);
    expect(give(gate)).toEqual([wrapper]);
    expect(give(wrapper)).toEqual([wrapper]);
  });

  it('is called by the name it has, or by none', () => {
    const { names } = watch();
    give(gate);
    give(() => {});
    expect(names).toEqual(['gate', 'anonymous']);
  });

  it('stays what it is where it is not wanted', () => {
    watch(adapter, (name) => name !== 'gate');
    expect(give(gate)).toEqual([gate]);
  });

  it('stays what it is in an application that nobody watches', () => {
    const { names } = watch({});
    expect(give(gate)).toEqual([gate]);
    expect(names).toEqual([]);
  });

  it('stays what it is where it is a proxy', () => {
    watch();
    const hostile = new Proxy(gate, {
      get: () => {
        throw new Error('do not look');
      },
    });
    const before = failureCounts().get('autotrace.install');
    expect(give(hostile).at(0) === hostile).toBe(true);
    expect(failureCounts().get('autotrace.install')).toBe(before);
  });

  it('stays what it is when nobody watches any more', () => {
    const [first, second] = [watch(), watch({})];
    first.stop();
    first.stop();
    expect(give(gate)).toEqual([gate]);
    second.stop();
    expect(give(gate)).toEqual([gate]);
  });
});

describe('consumer.apply()', () => {
  it('tells of classes, and leaves them what they are', () => {
    const { classes, names } = watch();
    expect(applied(Gate, [OldGate, Gate])).toEqual([Gate, OldGate, Gate]);
    expect(classes).toEqual([Gate, OldGate, Gate]);
    expect(names).toEqual([]);
  });

  it('takes what else there may be as it comes', () => {
    watch();
    const other = { use: gate };
    expect(applied(other, 'text', undefined)).toEqual([other, 'text', undefined]);
  });
});

describe('app.use()', () => {
  it('leaves alone what is more than a function', () => {
    const { names } = watch();
    const router = Object.assign((_request: unknown, _response: unknown, _next: unknown) => {}, {
      stack: [],
    });
    const onError = (_error: unknown, _req: unknown, _res: unknown, _next: unknown): void => {};
    const list = [gate];
    expect(used('/path', router, onError, list)).toEqual(['/path', router, onError, list]);
    expect(names).toEqual([]);
  });
});

describe('the classes of Nest', () => {
  it('are as they were when nobody watches any more', () => {
    const before = [
      Object.getOwnPropertyDescriptors(MiddlewareBuilder.prototype),
      Object.getOwnPropertyDescriptors(NestApplication.prototype),
    ];
    const watchers = [watch(), watch({})];
    expect(Object.getOwnPropertyDescriptors(MiddlewareBuilder.prototype)).not.toEqual(before[0]);
    for (const { stop } of watchers) stop();
    expect([
      Object.getOwnPropertyDescriptors(MiddlewareBuilder.prototype),
      Object.getOwnPropertyDescriptors(NestApplication.prototype),
    ]).toEqual(before);
  });

  it('work where the adapter cannot be asked for', () => {
    watch();
    const builder = new MiddlewareBuilder({} as never, adapter as never, {} as never);
    Object.defineProperty(builder, 'getHttpAdapter', {
      value: () => {
        throw new Error('none');
      },
    });
    expect(Reflect.get(builder.apply(gate), 'middleware')).toEqual([gate]);
  });
});
