import { EventEmitter } from 'node:events';
import * as http from 'node:http';
import * as stream from 'node:stream';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  UseGuards,
  type CanActivate,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { MiddlewareBuilder, ModulesContainer, NestApplication, NestContainer } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { OtelModule } from 'nestrace';
import { expectTrace, InMemoryTelemetry } from 'nestrace/testing';
import { Observable, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { serve, tableOf, tracing, type Dish } from './kitchen.js';
import { changesSince, snapshotOf } from './prototypes.js';

/** Classes that several applications share, as modules of a monorepo are. */
function menu() {
  abstract class Base {
    inherited(): string {
      return `inherited by ${this.constructor.name}`;
    }
  }

  @Injectable()
  class Soup extends Base {
    async cook(): Promise<string> {
      return `soup, ${this.inherited()}`;
    }

    /** How many frames a call costs. */
    depth(): number {
      return String(new Error('here').stack).split('\n').length;
    }
  }

  @Injectable()
  class Open implements CanActivate {
    canActivate(): boolean {
      return true;
    }
  }

  @UseGuards(Open)
  @Controller()
  class Kitchen {
    constructor(@Inject(Soup) private readonly soup: Soup) {}

    @Get('soup')
    serve(): Promise<string> {
      return this.soup.cook();
    }

    @Get('depth')
    depth(): number {
      return this.soup.depth();
    }
  }
  const dish: Dish = {
    controllers: [Kitchen],
    providers: [Soup],
    middleware: (consumer) => consumer.apply(passing).forRoutes('*path'),
  };
  const prototypes = {
    Base: Base.prototype,
    Soup: Soup.prototype,
    Open: Open.prototype,
    Kitchen: Kitchen.prototype,
    classes: { Base, Soup, Open, Kitchen },
    'Soup itself': Soup,
  };
  return { dish, prototypes };
}

function passing(_request: unknown, _response: unknown, next: () => void): void {
  next();
}

/** What Nest exports and nestrace hooks into. */
const NEST = {
  MiddlewareBuilder: MiddlewareBuilder.prototype,
  NestApplication: NestApplication.prototype,
  NestContainer: NestContainer.prototype,
  ModulesContainer: ModulesContainer.prototype,
};

const SOUP = {
  name: 'GET /soup',
  children: [
    { name: 'passing' },
    { name: 'Open.canActivate' },
    {
      name: 'Kitchen.serve',
      children: [{ name: 'Soup.cook', children: [{ name: 'Soup.inherited' }] }],
    },
  ],
} as const;

async function eat(dish: Dish, otel?: DynamicModule) {
  const running = await serve(dish, { otel });
  const { get } = tableOf(running);
  return { soup: async () => (await get('/soup')).text, get, close: () => running.close() };
}

describe('two applications of the same classes', () => {
  it('are served the same where only one of them is traced', async () => {
    const { dish } = menu();
    const telemetry = new InMemoryTelemetry();
    const bare = await eat(dish);
    const traced = await eat(dish, tracing(telemetry));
    expect(await bare.soup()).toBe('soup, inherited by Soup');
    expect(telemetry.spans()).toEqual([]);
    expect(await traced.soup()).toBe('soup, inherited by Soup');
    expectTrace(await telemetry.waitForTrace('GET /soup'), SOUP);
    telemetry.clear();
    await traced.close();
    expect(await bare.soup()).toBe('soup, inherited by Soup');
    expect(telemetry.spans()).toEqual([]);
    await bare.close();
  });

  it('have traces of their own, whichever closes first', async () => {
    for (const closesFirst of [0, 1] as const) {
      const { dish } = menu();
      const telemetries = [new InMemoryTelemetry(), new InMemoryTelemetry()] as const;
      const apps = [
        await eat(dish, tracing(telemetries[0])),
        await eat(dish, tracing(telemetries[1])),
      ] as const;
      for (const index of [0, 1] as const) {
        expect(await apps[index].soup()).toBe('soup, inherited by Soup');
        expectTrace(await telemetries[index].waitForTrace(), SOUP);
        expect(telemetries[1 - index]?.spans()).toHaveLength(index === 0 ? 0 : 6);
      }
      const staysOpen = closesFirst === 0 ? 1 : 0;
      telemetries[staysOpen].clear();
      await apps[closesFirst].close();
      expect(await apps[staysOpen].soup()).toBe('soup, inherited by Soup');
      expectTrace(await telemetries[staysOpen].waitForTrace(), SOUP);
      await apps[staysOpen].close();
    }
  });

  it('may trace different parts of them', async () => {
    const { dish } = menu();
    const [all, handlers] = [new InMemoryTelemetry(), new InMemoryTelemetry()];
    const first = await eat(dish, tracing(handlers, { autoTrace: { level: 'minimal' } }));
    const second = await eat(dish, tracing(all));
    await first.soup();
    await second.soup();
    expectTrace(await all.waitForTrace(), SOUP);
    expectTrace(await handlers.waitForTrace(), {
      name: 'GET /soup',
      children: [{ name: 'Kitchen.serve' }],
    });
    await first.close();
    await second.close();
  });

  it('leave every prototype as it was when both are closed', async () => {
    const { dish, prototypes } = menu();
    const [before, nest] = [snapshotOf(prototypes), snapshotOf(NEST)];
    const first = await eat(dish, tracing(new InMemoryTelemetry()));
    const second = await eat(dish, tracing(new InMemoryTelemetry()));
    expect(changesSince(before, prototypes)).toEqual(
      expect.arrayContaining(['Soup.cook', 'Soup.inherited', 'Open.canActivate', 'Kitchen.serve']),
    );
    await first.close();
    expect(changesSince(before, prototypes)).toContain('Soup.cook');
    await second.close();
    expect(changesSince(before, prototypes)).toEqual([]);
    expect(changesSince(nest, NEST)).toEqual([]);
  });

  it('leave alone what somebody else has put over a wrapper', async () => {
    const { dish, prototypes } = menu();
    const app = await eat(dish, tracing(new InMemoryTelemetry()));
    const { Soup } = prototypes.classes;
    const { cook: wrapper } = Soup.prototype;
    Reflect.set(Soup.prototype, 'cook', async function (this: unknown) {
      return `hot ${await Reflect.apply(wrapper, this, [])}`;
    });
    expect(await app.soup()).toBe('hot soup, inherited by Soup');
    await app.close();
    expect(await new Soup().cook()).toBe('hot soup, inherited by Soup');
  });
});

describe('options that are known late', () => {
  it('are for methods that constructors have bound as well', async () => {
    const { dish, telemetry } = bound();
    const otel = OtelModule.forRootAsync({
      useFactory: async () => ({
        exporters: 'none' as const,
        processors: [telemetry],
        sampling: { strategy: 'always' as const },
      }),
    });
    const running = await serve(dish, { otel });
    expect((await tableOf(running).get('/ring')).text).toBe('ding');
    expectTrace(await telemetry.waitForTrace('GET /ring'), {
      name: 'GET /ring',
      children: [{ name: 'Tower.ring', children: [{ name: 'Bell.ring' }] }],
    });
    await running.close();
  });

  it.each([
    ['tracing is off', { enabled: false }],
    ['auto tracing is off', { autoTrace: false }],
    ['a class is excluded', { autoTrace: { exclude: ['Bell', 'Tower'] } }],
  ] as const)('leave no wrapper where %s', async (_, options) => {
    const { dish, telemetry, prototypes } = bound();
    const before = snapshotOf(prototypes);
    const otel = OtelModule.forRootAsync({
      useFactory: () => ({ exporters: 'none' as const, processors: [telemetry], ...options }),
    });
    const running = await serve(dish, { otel });
    expect(changesSince(before, prototypes)).toEqual([]);
    expect((await tableOf(running).get('/ring')).text).toBe('ding');
    expect(telemetry.spans().filter(({ name }) => name.endsWith('.ring'))).toEqual([]);
    await running.close();
  });

  it('leave no wrapper where the start fails', async () => {
    const { dish, telemetry, prototypes } = bound();
    const before = snapshotOf(prototypes);
    const otel = tracing(telemetry, { autoTrace: { minDurationMs: -1 } });
    await expect(serve(dish, { otel })).rejects.toThrow('autoTrace.minDurationMs');
    expect(changesSince(before, prototypes)).toEqual([]);
  });
});

function bound() {
  @Injectable()
  class Bell {
    constructor() {
      this.ring = this.ring.bind(this);
    }

    ring(): string {
      return 'ding';
    }
  }

  @Controller()
  class Tower {
    constructor(@Inject(Bell) private readonly bell: Bell) {}

    @Get('ring')
    ring(): string {
      const { ring } = this.bell;
      return ring();
    }
  }
  return {
    dish: { controllers: [Tower], providers: [Bell] },
    prototypes: { Bell: Bell.prototype, Tower: Tower.prototype },
    telemetry: new InMemoryTelemetry(),
  };
}

describe('hooks of the application that come late', () => {
  it.each([
    ['in a module', true, false],
    ['in a global module, which is shut down last', true, true],
    ['in a module, without a trace of the end', false, false],
  ])('find the methods they know: %s', async (_, lifecycle, isGlobal) => {
    const emitter = new EventEmitter();

    @Injectable()
    class Listener implements OnModuleInit, OnApplicationShutdown {
      onModuleInit(): void {
        emitter.on('end', this.end);
      }

      onApplicationShutdown(): void {
        emitter.off('end', this.end);
      }

      end(): void {}
    }

    @Module({})
    class ListenerModule {}
    const module = { module: ListenerModule, global: isGlobal, providers: [Listener] };
    const otel = tracing(new InMemoryTelemetry(), { lifecycle });
    const running = await serve({ imports: [module] }, { otel });
    expect(emitter.listenerCount('end')).toBe(1);
    await running.close();
    expect(emitter.listenerCount('end')).toBe(0);
  });
});

describe('an application that is made again and again', () => {
  it('has one span per call, and calls as deep as the first time', async () => {
    const { dish, prototypes } = menu();
    const before = snapshotOf(prototypes);
    const depths = new Set<string>();
    for (let round = 0; round < 20; round++) {
      const telemetry = new InMemoryTelemetry();
      const app = await eat(dish, tracing(telemetry));
      await app.soup();
      expectTrace(await telemetry.waitForTrace('GET /soup'), SOUP);
      Error.stackTraceLimit = 1000;
      depths.add((await app.get('/depth')).text);
      Error.stackTraceLimit = 10;
      await app.close();
    }
    expect(depths.size).toBe(1);
    expect(changesSince(before, prototypes)).toEqual([]);
  });

  it('does not pile up wrappers where it is never closed', async () => {
    const { dish } = menu();
    const depths = new Set<string>();
    const apps = [];
    for (let round = 0; round < 5; round++) {
      const app = await eat(dish, tracing(new InMemoryTelemetry()));
      Error.stackTraceLimit = 1000;
      depths.add((await app.get('/depth')).text);
      Error.stackTraceLimit = 10;
      apps.push(app);
    }
    expect(depths.size).toBe(1);
    for (const app of apps) await app.close();
  });
});

describe('prototypes that belong to everybody', () => {
  it('are never changed, whatever extends them', async () => {
    const everybodys = {
      Object: Object.prototype,
      Function: Function.prototype,
      Array: Array.prototype,
      Map: Map.prototype,
      Set: Set.prototype,
      Date: Date.prototype,
      Error: Error.prototype,
      Promise: Promise.prototype,
      EventEmitter: EventEmitter.prototype,
      EventTarget: EventTarget.prototype,
      Readable: stream.Readable.prototype,
      Transform: stream.Transform.prototype,
      Agent: http.Agent.prototype,
      Observable: Observable.prototype,
      Subject: Subject.prototype,
      'Object itself': Object,
      'Map itself': Map,
      'EventEmitter itself': EventEmitter,
    };
    const before = snapshotOf(everybodys);
    const telemetry = new InMemoryTelemetry();
    const bases = [
      Map,
      Set,
      Date,
      EventEmitter,
      stream.Transform,
      http.Agent,
      Subject,
      EventTarget,
    ];
    const providers = bases.map((Base) => {
      class Extended extends (Base as new () => object) {
        own(): string {
          return 'own';
        }
      }
      return Injectable()(Extended) ?? Extended;
    });
    const guard = { canActivate: () => true };

    @UseGuards(guard)
    @Controller()
    class Caller {
      constructor(@Inject('ALL') private readonly all: readonly { own(): string }[]) {}

      @Get('all')
      everything(): unknown {
        return this.all.map((one) => one.own());
      }
    }
    const running = await serve(
      {
        controllers: [Caller],
        providers: [
          ...providers,
          { provide: 'ALL', useFactory: (...all: unknown[]) => all, inject: providers },
          { provide: 'EMITTER', useValue: new EventEmitter() },
          { provide: 'AGENT', useFactory: () => new http.Agent() },
          { provide: EventEmitter, useClass: EventEmitter },
          { provide: 'MAP', useClass: Map },
          { provide: 'OBJECT', useClass: Object },
        ],
        prepare: (app) => app.useGlobalGuards(guard),
      },
      { otel: tracing(telemetry), adapter: new ExpressAdapter() },
    );
    const { ask } = tableOf(running);
    expect(await ask('/all')).toEqual(Array(bases.length).fill('own'));
    expect(changesSince(before, everybodys)).toEqual([]);
    expectTrace(await telemetry.waitForTrace('GET /all'), {
      name: 'GET /all',
      children: [
        { name: 'Caller.everything', children: bases.map(() => ({ name: 'Extended.own' })) },
      ],
    });
    await running.close();
    expect(changesSince(before, everybodys)).toEqual([]);
  });
});
