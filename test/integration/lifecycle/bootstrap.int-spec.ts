import 'reflect-metadata';
import { createServer, type AddressInfo, type Server } from 'node:net';
import {
  Controller,
  Injectable,
  Module,
  NotFoundException,
  Scope,
  type INestApplicationContext,
} from '@nestjs/common';
import { NestFactory, type NestApplicationContext } from '@nestjs/core';
import { Transport } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { NoTrace, Traced } from 'nestrace';
import { expectTrace } from 'nestrace/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ADAPTERS, startApp } from '../../support/apps.js';
import { startEchoServer } from '../../support/echo-server.js';
import {
  BOOTSTRAP,
  hook,
  INIT,
  INJECTION,
  lifecycle,
  lifecycleTelemetry,
  LISTEN,
  Tools,
  workshopWith,
} from './workshop.js';

const telemetry = lifecycleTelemetry();
const quiet = { logger: false, abortOnError: false } as const;
const tcp = { transport: Transport.TCP, options: { port: 0 } } as const;

let app: INestApplicationContext | undefined;

beforeEach(() => {
  telemetry.clear();
});
afterEach(async () => {
  await app?.close();
  app = undefined;
});

const bootstrap = () => telemetry.waitForTrace('app.bootstrap');

describe.each(ADAPTERS)('the start of an HTTP application on %s', (_name, createAdapter) => {
  it('is one trace, from the first provider until it listens', async () => {
    ({ app } = await startApp(workshopWith(telemetry), createAdapter()));
    const spans = await bootstrap();
    expectTrace(spans, lifecycle('app.bootstrap', INJECTION, INIT, BOOTSTRAP, LISTEN));
    const root = spans.find(({ name }) => name === 'app.bootstrap');
    const listen = spans.find(({ name }) => name === 'listen');
    expect(root?.parentSpanId).toBeUndefined();
    const end = (span = root): number => (span?.startTime ?? 0) + (span?.durationMs ?? 0);
    for (const span of spans) expect(span.startTime).toBeGreaterThanOrEqual(root?.startTime ?? 0);
    expect(end(listen)).toBeLessThanOrEqual(end());
    expect(telemetry.openSpans()).toEqual([]);
    expect(telemetry.spans()).toHaveLength(spans.length);
  });

  it('ends with its initialisation where nobody asks it to listen', async () => {
    const testing = await Test.createTestingModule({
      imports: [workshopWith(telemetry)],
    }).compile();
    app = await testing.createNestApplication(createAdapter(), quiet).init();
    expectTrace(await bootstrap(), lifecycle('app.bootstrap', INJECTION, INIT, BOOTSTRAP));
  });
});

describe('the start of another application', () => {
  it('that has no server ends with its initialisation', async () => {
    app = await NestFactory.createApplicationContext(workshopWith(telemetry), quiet);
    expectTrace(await bootstrap(), lifecycle('app.bootstrap', INJECTION, INIT, BOOTSTRAP));
  });

  it('that is under test is the same, without any application around', async () => {
    const testing = await Test.createTestingModule({
      imports: [workshopWith(telemetry)],
    }).compile();
    app = await testing.init();
    expectTrace(await bootstrap(), lifecycle('app.bootstrap', INJECTION, INIT, BOOTSTRAP));
  });

  it('that is never initialised leaves no trace', async () => {
    app = await NestFactory.create(workshopWith(telemetry), quiet);
    expect(telemetry.openSpans()).toEqual([]);
    expect(telemetry.spans()).toEqual([]);
  });

  it('that is a microservice lasts until it listens', async () => {
    const microservice = await NestFactory.createMicroservice(workshopWith(telemetry), {
      ...tcp,
      ...quiet,
    });
    app = microservice;
    await microservice.listen();
    expectTrace(await bootstrap(), lifecycle('app.bootstrap', INJECTION, INIT, BOOTSTRAP, LISTEN));
  });

  it('that is a hybrid shows how its microservices listen, before and after', async () => {
    const hybrid = await NestFactory.create(workshopWith(telemetry), quiet);
    app = hybrid;
    hybrid.connectMicroservice(tcp);
    hybrid.connectMicroservice(tcp);
    await hybrid.startAllMicroservices();
    await hybrid.listen(0);
    expectTrace(
      await bootstrap(),
      lifecycle('app.bootstrap', INJECTION, LISTEN, LISTEN, INIT, BOOTSTRAP, LISTEN),
    );
  });

  it('that listens later was over when it was initialised', async () => {
    const later = await NestFactory.create(workshopWith(telemetry), quiet);
    app = later;
    await later.init();
    const spans = await bootstrap();
    expectTrace(spans, lifecycle('app.bootstrap', INJECTION, INIT, BOOTSTRAP));
    await later.listen(0);
    expect(telemetry.spans()).toHaveLength(spans.length);
  });
});

describe('a hook', () => {
  it('is the parent of what it calls', async () => {
    const echo = await startEchoServer();
    @Injectable()
    class Supplier {
      async onApplicationBootstrap(): Promise<void> {
        await (await fetch(`http://127.0.0.1:${echo.port}/catalogue`)).text();
      }
    }
    app = await NestFactory.createApplicationContext(
      workshopWith(telemetry, { module: { providers: [Supplier] } }),
      quiet,
    );
    const spans = await bootstrap();
    expectTrace(
      spans,
      lifecycle(
        'app.bootstrap',
        INJECTION,
        INIT,
        lifecycle(
          'onApplicationBootstrap',
          hook('Tools.onApplicationBootstrap', 'ToolsModule'),
          hook('Supplier.onApplicationBootstrap', 'WorkshopModule', { name: 'GET' }),
        ),
      ),
    );
    expect(echo.received[0]?.headers['traceparent']).toContain(spans[0]?.traceId);
    await echo.close();
  });

  it('is shown under the name of its class, however it came to it', async () => {
    class Cupboard {
      onModuleInit(): void {}
    }
    @Injectable()
    class Drawer extends Cupboard {}
    @Injectable()
    class Shelf extends Cupboard {
      override onModuleInit(): void {
        super.onModuleInit();
      }
    }
    @Injectable({ scope: Scope.TRANSIENT })
    class Box extends Cupboard {}
    @Controller()
    class Desk {
      constructor(readonly box: Box) {}

      onModuleInit(): void {}
    }
    const LITERAL = Symbol('literal');
    @Module({
      controllers: [Desk],
      providers: [
        Box,
        Drawer,
        Shelf,
        { provide: 'FACTORY', useFactory: () => new Cupboard() },
        { provide: LITERAL, useValue: { onModuleInit: () => {} } },
        { provide: 'ALIAS', useExisting: Drawer },
      ],
    })
    class FurnitureModule {}
    app = await NestFactory.createApplicationContext(
      workshopWith(telemetry, { module: { imports: [FurnitureModule] } }),
      quiet,
    );
    const names = (await bootstrap())
      .filter(({ attributes }) => attributes['nest.module'] === 'FurnitureModule')
      .map(({ name }) => name);
    expect(names.toSorted()).toEqual([
      'Box.onModuleInit',
      'Cupboard.onModuleInit',
      'Desk.onModuleInit',
      'Drawer.onModuleInit',
      'Shelf.onModuleInit',
      'Symbol(literal).onModuleInit',
    ]);
  });

  it('that is called by another class belongs to that one, too', async () => {
    @Injectable()
    class Apprentice {
      runs = 0;

      onModuleInit(): void {
        this.runs++;
      }
    }
    @Injectable()
    class Master {
      constructor(readonly apprentice: Apprentice) {}

      async onModuleInit(): Promise<void> {
        await Promise.resolve();
        this.apprentice.onModuleInit();
      }
    }
    app = await NestFactory.createApplicationContext(
      workshopWith(telemetry, { module: { providers: [Apprentice, Master] } }),
      quiet,
    );
    const spans = await bootstrap();
    const master = spans.find(({ name }) => name === 'Master.onModuleInit');
    const calls = spans.filter(({ name }) => name === 'Apprentice.onModuleInit');
    expect(calls).toHaveLength(2);
    expect(calls.filter(({ parentSpanId }) => parentSpanId === master?.spanId)).toHaveLength(1);
    expect(app.get(Apprentice).runs).toBe(2);
  });

  it('has one span where the application has asked for one, and none where it wants none', async () => {
    @Injectable()
    class Named {
      @Traced('stock taking')
      onModuleInit(): void {}
    }
    @Injectable()
    class Hidden {
      constructor(private readonly tools: Tools) {}

      @NoTrace()
      onModuleInit(): void {
        this.tools.sharpen();
      }
    }
    @Module({ imports: [], providers: [Named, Hidden, Tools] })
    class SecretModule {}
    app = await NestFactory.createApplicationContext(
      workshopWith(telemetry, { module: { imports: [SecretModule] } }),
      quiet,
    );
    const spans = await bootstrap();
    const phase = spans.find(({ name }) => name === 'onModuleInit');
    expect(
      spans
        .filter(({ parentSpanId }) => parentSpanId === phase?.spanId)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual([
      'Tools.onModuleInit',
      'Tools.onModuleInit',
      'ToolsModule.onModuleInit',
      'stock taking',
    ]);
  });

  it('is called as always: once, on its instance, with a signal, and what it returns is waited for', async () => {
    const calls: unknown[] = [];
    @Injectable()
    class Witness {
      readonly #secret = 'kept';

      onModuleInit(...args: unknown[]): PromiseLike<void> {
        calls.push(['init', this.#secret, ...args]);
        return {
          // oxlint-disable-next-line unicorn/no-thenable -- query builders have one
          then: (resolve) => {
            calls.push('awaited');
            return Promise.resolve().then(resolve);
          },
        };
      }

      onApplicationShutdown(signal?: string): void {
        calls.push(['shutdown', this.#secret, signal]);
      }
    }
    app = await NestFactory.createApplicationContext(
      workshopWith(telemetry, { module: { providers: [Witness] } }),
      quiet,
    );
    await (app as NestApplicationContext).close('SIGTERM');
    app = undefined;
    expect(calls).toEqual([['init', 'kept'], 'awaited', ['shutdown', 'kept', 'SIGTERM']]);
  });

  it('is found again as it was, by spies and by whoever looks for metadata meanwhile', async () => {
    const spy = vi.fn<() => void>();
    const seen: unknown[] = [];
    @Injectable()
    class Marked {
      onModuleInit(): void {
        seen.push(Reflect.getMetadata('mark', Marked.prototype.onModuleInit));
        seen.push(Marked.prototype.onModuleInit.name);
      }
    }
    Reflect.defineMetadata('mark', 'of Marked', Marked.prototype.onModuleInit);
    const { onModuleInit } = Marked.prototype;
    const frozen = Object.freeze({ onModuleInit: vi.fn<() => void>() });
    app = await NestFactory.createApplicationContext(
      workshopWith(telemetry, {
        module: {
          providers: [
            Marked,
            { provide: 'SPIED', useValue: { onModuleInit: spy } },
            { provide: 'FROZEN', useValue: frozen },
          ],
        },
      }),
      quiet,
    );
    expect(seen).toEqual(['of Marked', 'onModuleInit']);
    expect(Marked.prototype.onModuleInit).toBe(onModuleInit);
    expect(Object.getOwnPropertyNames(app.get(Marked))).toEqual([]);
    expect(app.get<{ onModuleInit: unknown }>('SPIED').onModuleInit).toBe(spy);
    expect(spy).toHaveBeenCalledOnce();
    expect(frozen.onModuleInit).toHaveBeenCalledOnce();
  });

  it('that refuses to be looked at is called all the same', async () => {
    const called = vi.fn<() => void>();
    const proxy = new Proxy({ onModuleInit: called }, {});
    @Injectable()
    class Getter {
      get onModuleInit(): () => void {
        return called;
      }
    }
    app = await NestFactory.createApplicationContext(
      workshopWith(telemetry, {
        module: { providers: [Getter, { provide: 'PROXY', useValue: proxy }] },
      }),
      quiet,
    );
    expect(called).toHaveBeenCalledTimes(2);
    expectTrace(await bootstrap(), lifecycle('app.bootstrap', INJECTION, INIT, BOOTSTRAP));
  });

  it('of a provider that is made for each request is not looked for', async () => {
    let made = 0;
    @Injectable({ scope: Scope.REQUEST })
    class Customer {
      constructor() {
        made++;
      }

      onModuleInit(): void {}
    }
    app = await NestFactory.createApplicationContext(
      workshopWith(telemetry, { module: { providers: [Customer] } }),
      quiet,
    );
    expectTrace(await bootstrap(), lifecycle('app.bootstrap', INJECTION, INIT, BOOTSTRAP));
    expect(made).toBe(0);
  });
});

describe('a start that fails', () => {
  const broken = new Error('the saw is missing');

  it('fails as without us, and says where', async () => {
    @Injectable()
    class Saw {
      async onModuleInit(): Promise<void> {
        await Promise.resolve();
        throw broken;
      }
    }
    const starting = NestFactory.create(
      workshopWith(telemetry, { module: { providers: [Saw] } }),
      quiet,
    );
    const failing = await starting;
    app = failing;
    await expect(failing.listen(0)).rejects.toBe(broken);
    const failed = { status: 'ERROR', statusMessage: 'the saw is missing' } as const;
    const [INIT_TOOLS, INIT_MODULE] = INIT.children as [typeof INIT, typeof INIT];
    const attributes = { 'nest.type': 'lifecycle', 'error.type': 'Error' };
    expectTrace(await bootstrap(), {
      ...lifecycle('app.bootstrap', INJECTION, {
        ...lifecycle('onModuleInit', INIT_TOOLS, INIT_MODULE, {
          ...hook('Saw.onModuleInit', 'WorkshopModule'),
          ...failed,
          exceptions: ['Error'],
        }),
        ...failed,
        attributes,
        exceptions: [],
      }),
      ...failed,
      attributes,
      exceptions: [],
    });
    expect(telemetry.openSpans()).toEqual([]);
  });

  it('has failed by an answer for a client as by any other error', async () => {
    @Injectable()
    class Order {
      onApplicationBootstrap(): void {
        throw new NotFoundException();
      }
    }
    await expect(
      NestFactory.createApplicationContext(
        workshopWith(telemetry, { module: { providers: [Order] } }),
        quiet,
      ),
    ).rejects.toThrow(NotFoundException);
    const failed = (await bootstrap()).filter(({ status }) => status.code === 'ERROR');
    expect(failed.map(({ name }) => name)).toEqual([
      'Order.onApplicationBootstrap',
      'onApplicationBootstrap',
      'app.bootstrap',
    ]);
  });

  describe('because it cannot listen', () => {
    let taken: Server;
    let port: number;

    beforeEach(async () => {
      taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
      ({ port } = taken.address() as AddressInfo);
    });
    afterEach(async () => {
      await new Promise((resolve) => taken.close(resolve));
    });

    it('has all phases, and the last of them failed', async () => {
      const http = await NestFactory.create(workshopWith(telemetry), quiet);
      app = http;
      await expect(http.listen(port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
      expectTrace(await bootstrap(), {
        ...lifecycle('app.bootstrap', INJECTION, INIT, BOOTSTRAP, {
          ...LISTEN,
          status: 'ERROR',
          exceptions: ['Error'],
        }),
        status: 'ERROR',
        exceptions: [],
      });
      // Whoever tries again may do so; the start is over.
      await http.listen(0, '127.0.0.1');
      expect(telemetry.spans().filter(({ name }) => name === 'listen')).toHaveLength(1);
    });

    it('is shown for a microservice that fails before anything else is done', async () => {
      const hybrid = await NestFactory.create(workshopWith(telemetry), quiet);
      app = hybrid;
      const microservice = hybrid.connectMicroservice({
        transport: Transport.TCP,
        options: { host: '127.0.0.1', port },
      });
      await expect(microservice.listen()).rejects.toMatchObject({ code: 'EADDRINUSE' });
      expectTrace(await bootstrap(), {
        ...lifecycle('app.bootstrap', INJECTION, { ...LISTEN, status: 'ERROR' }),
        status: 'ERROR',
      });
    });
  });
});
