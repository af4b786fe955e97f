import {
  Inject,
  Injectable,
  Module,
  NotFoundException,
  Scope,
  type DynamicModule,
  type INestApplicationContext,
  type Type,
} from '@nestjs/common';
import { NestFactory, REQUEST } from '@nestjs/core';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { NoTrace, Traced, TraceService, type OtelModuleOptions } from 'nestrace';
import { expectTrace, InMemoryTelemetry, type SpanExpectation } from 'nestrace/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { waitUntil } from '../../../support/wait-until.js';
import { provider, tracing } from './kitchen.js';

const telemetry = new InMemoryTelemetry();

/** What is still running at the end of a test. */
const running: INestApplicationContext[] = [];

afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
  telemetry.clear();
});

@Injectable()
class Mailer {
  async send(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

@Injectable()
class Shop {
  constructor(private readonly emitter: EventEmitter2) {}

  emit(event: string, ...data: unknown[]): boolean {
    return this.emitter.emit(event, ...data);
  }

  emitAsync(event: string, ...data: unknown[]): Promise<unknown[]> {
    return this.emitter.emitAsync(event, ...data);
  }
}

interface Running {
  readonly shop: Shop;
  readonly emitter: EventEmitter2;
  /** Runs something inside a span. */
  inTrace<T>(run: () => T): T;
}

async function start(listeners: Type, options?: OtelModuleOptions): Promise<Running> {
  @Module({})
  class EventsModule {}
  const module: DynamicModule = {
    module: EventsModule,
    imports: [tracing(telemetry, options), EventEmitterModule.forRoot({ wildcard: true })],
    providers: [Mailer, Shop, listeners],
  };
  const app = await NestFactory.createApplicationContext(module, {
    logger: false,
    abortOnError: false,
  });
  running.push(app);
  const tracer = app.get(TraceService);
  const emitter = app.get(EventEmitter2);
  return { shop: app.get(Shop), emitter, inTrace: (run) => tracer.withSpan('order', run) };
}

function listener(
  name: string,
  event: string,
  rest: Partial<SpanExpectation> = {},
): SpanExpectation {
  return {
    name,
    kind: 'INTERNAL',
    status: 'UNSET',
    links: 0,
    children: [],
    ...rest,
    attributes: {
      'nest.type': 'operation',
      'nest.operation.trigger': 'event',
      'nest.operation.name': event,
      'code.function.name': name,
      ...rest.attributes,
    },
  };
}

@Injectable()
class Letters {
  constructor(private readonly mailer: Mailer) {}

  @OnEvent('order.created')
  async confirm(): Promise<string> {
    await this.mailer.send();
    return 'sent';
  }
}
const confirmed = listener('Letters.confirm', 'order.created', {
  children: [provider('Mailer.send')],
});

describe('a listener', () => {
  it('is a part of the trace in which the event is emitted', async () => {
    const { shop, inTrace } = await start(Letters);
    expect(await inTrace(() => shop.emitAsync('order.created'))).toEqual(['sent']);
    expectTrace(await telemetry.waitForTrace(), {
      name: 'order',
      children: [provider('Shop.emitAsync', { children: [confirmed] })],
    });
  });

  it('may outlive the trace of an emitter that does not wait for it', async () => {
    const { shop, inTrace } = await start(Letters);
    expect(inTrace(() => shop.emit('order.created'))).toBe(true);
    expect(telemetry.openSpans()).toEqual(['Letters.confirm', 'Mailer.send']);
    expectTrace(await telemetry.waitForTrace(), {
      name: 'order',
      children: [provider('Shop.emit', { children: [confirmed] })],
    });
  });

  it('is a trace of its own where the event is emitted outside of any', async () => {
    const { shop } = await start(Letters);
    // The method that emits has nothing to record: it is no entry.
    expect(await shop.emitAsync('order.created')).toEqual(['sent']);
    expectTrace(await telemetry.waitForTrace(), confirmed);
    expect(telemetry.spans()).toHaveLength(2);
  });

  it('belongs to the trace also when the emitter calls it later', async () => {
    @Injectable()
    class Later {
      @OnEvent('order.created', { async: true, promisify: true })
      async whenIdle(): Promise<void> {}

      @OnEvent('order.created', { async: true, nextTick: true })
      soon(): void {}
    }
    const { shop, inTrace } = await start(Later);
    await inTrace(() => shop.emitAsync('order.created'));
    await telemetry.waitForSpan('Later.soon');
    expectTrace(await telemetry.waitForTrace(), {
      name: 'order',
      children: [
        {
          name: 'Shop.emitAsync',
          childrenInAnyOrder: true,
          children: [
            listener('Later.whenIdle', 'order.created'),
            listener('Later.soon', 'order.created'),
          ],
        },
      ],
    });
  });

  it('tells the events it listens to', async () => {
    const shipped = Symbol('shipped');
    @Injectable()
    class Journal {
      @OnEvent('order.*')
      @OnEvent(['bill', 'paid'])
      @OnEvent(shipped)
      note(): void {}
    }
    const { shop } = await start(Journal);
    shop.emit('bill.paid');
    expectTrace(
      await telemetry.waitForTrace(),
      listener('Journal.note', 'shipped, bill.paid, order.*'),
    );
  });

  it('of a request scope is traced like others', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Scoped {
      constructor(@Inject(REQUEST) private readonly payload: unknown) {}

      @OnEvent('order.created')
      confirm(): unknown {
        return this.payload;
      }
    }
    const { shop, inTrace } = await start(Scoped);
    await inTrace(() => shop.emitAsync('order.created', { id: 7 }));
    expectTrace(await telemetry.waitForTrace(), {
      name: 'order',
      children: [
        provider('Shop.emitAsync', { children: [listener('Scoped.confirm', 'order.created')] }),
      ],
    });
  });

  it('is folded with its like where there are many', async () => {
    @Injectable()
    class Many {
      @OnEvent('tick')
      tick(): void {}
    }
    const { emitter, inTrace } = await start(Many, { autoTrace: { foldAfter: 2 } });
    inTrace(() => {
      for (let count = 0; count < 50; count++) emitter.emit('tick');
    });
    const ticks = (await telemetry.waitForTrace()).filter(({ name }) => name === 'Many.tick');
    // Two are shown, and so is the slowest of the others.
    const folded = ticks.flatMap(({ attributes }) => attributes['nest.folded.count'] ?? []);
    expect([ticks.length, folded]).toEqual([4, [47]]);
  });
});

describe('a listener that fails', () => {
  class Failing {
    static failure: Error = new RangeError('no paper');
  }

  @Injectable()
  class Swallowed extends Failing {
    @OnEvent('order.created')
    confirm(): never {
      throw Failing.failure;
    }
  }

  @Injectable()
  class Told extends Failing {
    @OnEvent('order.created', { suppressErrors: false })
    async confirm(): Promise<never> {
      return Promise.reject(Failing.failure);
    }
  }

  it('is a failure in the trace of the event, which the emitter swallows', async () => {
    const { shop, inTrace } = await start(Swallowed);
    await inTrace(() => shop.emitAsync('order.created'));
    expectTrace(await telemetry.waitForTrace(), {
      name: 'order',
      status: 'UNSET',
      children: [
        provider('Shop.emitAsync', {
          children: [
            listener('Swallowed.confirm', 'order.created', {
              status: 'ERROR',
              statusMessage: 'no paper',
              exceptions: ['RangeError'],
              attributes: { 'error.type': 'RangeError' },
            }),
          ],
        }),
      ],
    });
  });

  it('fails its emitter where it may', async () => {
    const { shop, inTrace } = await start(Told);
    await expect(inTrace(() => shop.emitAsync('order.created'))).rejects.toBe(Failing.failure);
    const failed = { status: 'ERROR', errorType: 'RangeError' } as const;
    expectTrace(await telemetry.waitForTrace(), {
      name: 'order',
      status: 'ERROR',
      children: [
        provider('Shop.emitAsync', {
          ...failed,
          children: [
            listener('Told.confirm', 'order.created', {
              status: 'ERROR',
              exceptions: ['RangeError'],
            }),
          ],
        }),
      ],
    });
  });

  @Injectable()
  class Lost {
    @OnEvent('order.created')
    find(): never {
      throw new NotFoundException('no order');
    }
  }

  const lost = listener('Lost.find', 'order.created', {
    status: 'ERROR',
    statusMessage: 'no order',
    exceptions: ['NotFoundException'],
  });

  it('fails with an HttpException too, where there is nobody to answer', async () => {
    const { shop } = await start(Lost);
    await shop.emitAsync('order.created');
    expectTrace(await telemetry.waitForTrace(), lost);
  });

  it('fails with an HttpException inside of a trace as well', async () => {
    const { shop, inTrace } = await start(Lost);
    await inTrace(() => shop.emitAsync('order.created'));
    expectTrace(await telemetry.waitForTrace(), {
      name: 'order',
      children: [provider('Shop.emitAsync', { children: [lost] })],
    });
  });
});

describe('a listener follows the options and decorators', () => {
  const plain: MethodDecorator = () => {};

  it.each([
    ['everything', plain, undefined, ['Mailer.send', 'Listeners.confirm']],
    ['@Traced()', Traced('by hand'), undefined, ['Mailer.send', 'by hand']],
    ['@NoTrace()', NoTrace(), undefined, []],
    ['autoTrace: false', plain, { autoTrace: false }, []],
    ['level: minimal', plain, { autoTrace: { level: 'minimal' } }, ['Listeners.confirm']],
    ['exclude', plain, { autoTrace: { exclude: ['Listeners'] } }, []],
    ['never sampled', plain, { sampling: { strategy: 'never' } }, []],
    ['minDurationMs', plain, { autoTrace: { minDurationMs: 60_000 } }, ['Listeners.confirm']],
  ] as const)('%s', async (_, decorator, options, names) => {
    const decorate: MethodDecorator = decorator;
    @Injectable()
    class Listeners {
      constructor(private readonly mailer: Mailer) {}

      @OnEvent('order.created')
      @decorate
      async confirm(): Promise<string> {
        await this.mailer.send();
        return 'sent';
      }
    }
    const { shop } = await start(Listeners, options);
    expect(await shop.emitAsync('order.created')).toEqual(['sent']);
    await waitUntil(() => telemetry.openSpans().length === 0, 'the end of all spans');
    expect(telemetry.spans().map(({ name }) => name)).toEqual(names);
  });

  it('and leaves no trace inside of something that is not to be traced', async () => {
    const { shop } = await start(Letters);
    class Quiet {
      @NoTrace()
      run(): Promise<unknown[]> {
        return shop.emitAsync('order.created');
      }
    }
    expect(await new Quiet().run()).toEqual(['sent']);
    expect(telemetry.spans()).toEqual([]);
    expect(telemetry.openSpans()).toEqual([]);
  });
});

describe('several applications with the same listener', () => {
  it('record it each for itself', async () => {
    const others = new InMemoryTelemetry();
    const first = await start(Letters, { service: { name: 'first' } });
    const second = await start(Letters, { service: { name: 'second' }, processors: [others] });
    await first.shop.emitAsync('order.created');
    await second.shop.emitAsync('order.created');
    expect((await telemetry.waitForSpan('Letters.confirm')).service).toBe('first');
    expect((await others.waitForSpan('Letters.confirm')).service).toBe('second');
    expect([telemetry.spans().length, others.spans().length]).toEqual([2, 2]);
  });
});
