import {
  Controller,
  forwardRef,
  Get,
  Inject,
  Injectable,
  Module,
  Param,
  Scope,
  type DynamicModule,
  type Type,
} from '@nestjs/common';
import {
  ContextIdFactory,
  LazyModuleLoader,
  ModuleRef,
  REQUEST,
  type ContextId,
  type HostComponentInfo,
} from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { askProvider, tasteAll } from './kitchen.js';

describe('providers of every scope', () => {
  it('are made when they were, once per request or per consumer', async () => {
    const { result, telemetry } = await tasteAll(
      () => {
        let made = 0;

        @Injectable()
        class Shared {
          readonly number = ++made;

          tell(): string {
            return `shared ${this.number}`;
          }
        }

        @Injectable({ scope: Scope.TRANSIENT })
        class Own {
          readonly number = ++made;

          tell(): string {
            return `own ${this.number}`;
          }
        }

        @Injectable({ scope: Scope.REQUEST })
        class PerRequest {
          readonly number = ++made;

          constructor(
            @Inject(REQUEST) private readonly request: { url: string },
            @Inject(Own) private readonly own: Own,
          ) {}

          tell(): string {
            return `${this.request.url} ${this.number} ${this.own.tell()}`;
          }
        }

        @Controller('scopes')
        class Scopes {
          constructor(
            @Inject(Shared) private readonly shared: Shared,
            @Inject(PerRequest) private readonly perRequest: PerRequest,
            @Inject(Own) private readonly own: Own,
          ) {}

          @Get(':n')
          tell(@Param('n') n: string): unknown {
            return [n, this.shared.tell(), this.perRequest.tell(), this.own.tell(), made];
          }
        }
        return { controllers: [Scopes], providers: [Shared, Own, PerRequest] };
      },
      async ({ ask }) => [await ask('/scopes/1'), await ask('/scopes/2')],
    );
    expect(result[1]).not.toEqual(result[0]);
    const requests = new Set(telemetry.spans().map(({ traceId }) => traceId));
    for (const traceId of requests) {
      const names = telemetry.spans().filter((span) => span.traceId === traceId);
      expect(names.map(({ name }) => name)).toEqual([
        'Shared.tell',
        'Own.tell',
        'PerRequest.tell',
        'Own.tell',
        'Scopes.tell',
        'GET /scopes/:n',
      ]);
    }
    expect(requests.size).toBe(2);
  });

  it('are kept for a tenant where they are durable', async () => {
    const tenants = new Map<string, ContextId>();
    ContextIdFactory.apply({
      attach(contextId: ContextId, request: { headers: Record<string, string> }) {
        const tenant = request.headers['x-tenant'] ?? 'nobody';
        let known = tenants.get(tenant);
        if (known === undefined) tenants.set(tenant, (known = ContextIdFactory.create()));
        const durable = known;
        return {
          resolve: (info: HostComponentInfo) => (info.isTreeDurable ? durable : contextId),
          payload: { tenant },
        };
      },
    });
    const { result, telemetry } = await tasteAll(
      () => {
        tenants.clear();
        let made = 0;

        @Injectable({ scope: Scope.REQUEST, durable: true })
        class Tenant {
          readonly number = ++made;

          constructor(@Inject(REQUEST) private readonly context: { tenant: string }) {}

          tell(): string {
            return `${this.context.tenant} ${this.number}`;
          }
        }

        @Controller()
        class Tenants {
          constructor(@Inject(Tenant) private readonly tenant: Tenant) {}

          @Get('tenant')
          tell(): string {
            return this.tenant.tell();
          }
        }
        return { controllers: [Tenants], providers: [Tenant] };
      },
      async ({ get }) => {
        const texts: string[] = [];
        for (const tenant of ['a', 'b', 'a']) {
          texts.push((await get('/tenant', { headers: { 'x-tenant': tenant } })).text);
        }
        return texts;
      },
    );
    expect(result).toEqual(['a 1', 'b 2', 'a 1']);
    expect(telemetry.spans().filter(({ name }) => name === 'Tenant.tell')).toHaveLength(3);
  });
});

describe('modules', () => {
  it('may be loaded while a request is served', async () => {
    const { result, expectTrace } = await tasteAll(
      () => {
        @Injectable()
        class Late {
          private readonly greeting = 'late';

          greet(): string {
            return this.greeting;
          }
        }

        @Module({ providers: [Late], exports: [Late] })
        class LateModule {}

        @Controller()
        class Loader {
          constructor(@Inject(LazyModuleLoader) private readonly loader: LazyModuleLoader) {}

          @Get('late')
          async late(): Promise<unknown> {
            const first = await this.loader.load(() => LateModule);
            const second = await this.loader.load(() => LateModule);
            const late = first.get(Late);
            return [late.greet(), late instanceof Late, second.get(Late) === late];
          }
        }
        return { controllers: [Loader] };
      },
      ({ ask }) => ask('/late'),
    );
    expect(result).toEqual(['late', true, true]);
    await expectTrace('GET /late', [{ name: 'Loader.late', children: [{ name: 'Late.greet' }] }]);
  });

  it('may be dynamic, and provide the same class several times', async () => {
    const { result, expectTrace } = await tasteAll(
      () => {
        @Injectable()
        class Client {
          constructor(@Inject('NAME') private readonly name: string) {}

          call(): string {
            return `client of ${this.name}`;
          }
        }

        @Module({})
        class ClientModule {
          static register(name: string): DynamicModule {
            return {
              module: ClientModule,
              providers: [
                Client,
                { provide: 'NAME', useValue: name },
                { provide: `CLIENT_${name}`, useExisting: Client },
              ],
              exports: [`CLIENT_${name}`],
            };
          }
        }

        @Controller()
        class Caller {
          constructor(
            @Inject('CLIENT_a') private readonly a: Client,
            @Inject('CLIENT_b') private readonly b: Client,
          ) {}

          @Get('call')
          call(): unknown {
            return [this.a.call(), this.b.call(), this.a === this.b];
          }
        }
        return {
          imports: [ClientModule.register('a'), ClientModule.register('b')],
          controllers: [Caller],
        };
      },
      ({ ask }) => ask('/call'),
    );
    expect(result).toEqual(['client of a', 'client of b', false]);
    await expectTrace('GET /call', [
      {
        name: 'Caller.call',
        children: [
          { name: 'Client.call', attributes: { 'nest.module': 'ClientModule' } },
          { name: 'Client.call' },
        ],
      },
    ]);
  });

  it('may depend on each other in a circle', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        const classes: { hen?: Type; egg?: Type } = {};

        @Injectable()
        class Hen {
          constructor(
            @Inject(forwardRef(() => classes.egg)) private readonly egg: { crack(): string },
            @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
          ) {}

          lay(): string {
            return `${this.egg.crack()} ${this.moduleRef.get(Hen) === this}`;
          }

          get name(): string {
            return 'hen';
          }
        }
        classes.hen = Hen;

        @Injectable()
        class Egg {
          constructor(@Inject(forwardRef(() => classes.hen)) private readonly hen: Hen) {}

          crack(): string {
            return `egg of ${this.hen.name}`;
          }
        }
        classes.egg = Egg;
        return [Hen, Egg];
      },
      (hen) => hen.lay(),
    );
    expect(result).toBe('egg of hen true');
    await expectSpans({ name: 'Hen.lay', children: [{ name: 'Egg.crack' }] });
  });
});

describe('providers with the names of something else', () => {
  it.each(['toString', 'hasOwnProperty', 'constructor', '__proto__'])(
    'are provided under them: "%s"',
    async (token) => {
      const { result, expectSpans } = await askProvider(
        () => {
          @Injectable()
          class Named {
            tell(): string {
              return 'named';
            }
          }

          @Injectable()
          class Asker {
            constructor(@Inject(token) private readonly named: Named) {}

            ask(): string {
              return this.named.tell();
            }
          }
          return [Asker, { provide: token, useClass: Named }];
        },
        (asker) => asker.ask(),
      );
      expect(result).toBe('named');
      await expectSpans({ name: 'Asker.ask', children: [{ name: 'Named.tell' }] });
    },
  );

  it('are classes called like those of the language', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Object {
          keys(): string {
            return 'keys';
          }
        }

        @Injectable()
        class Promise extends Object {
          // oxlint-disable-next-line promise/valid-params -- no promise at all
          resolve(): string {
            return this.keys();
          }
        }
        return [Promise, Object];
      },
      (promise) => promise.resolve(),
    );
    expect(result).toBe('keys');
    await expectSpans({ name: 'Promise.resolve', children: [{ name: 'Promise.keys' }] });
  });
});

describe('factories and values', () => {
  it('are traced where they give an instance of a decorated class', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Made {
          constructor(private readonly by: string) {}

          tell(): string {
            return `made by ${this.by}`;
          }
        }
        Reflect.deleteMetadata('design:paramtypes', Made);

        @Injectable()
        class Asker {
          constructor(
            @Inject('FACTORY') private readonly factory: Made,
            @Inject('ASYNC') private readonly later: Made,
            @Inject('VALUE') private readonly value: Made,
            @Inject('ALIAS') private readonly alias: Made,
          ) {}

          ask(): unknown {
            const { factory, later, value, alias } = this;
            return [factory, later, value, alias].map((one) => one.tell());
          }
        }
        return [
          Asker,
          { provide: 'FACTORY', useFactory: () => new Made('factory') },
          { provide: 'ASYNC', useFactory: async () => new Made('async factory') },
          { provide: 'VALUE', useValue: new Made('value') },
          { provide: 'ALIAS', useExisting: 'VALUE' },
        ];
      },
      (asker) => asker.ask(),
    );
    expect(result).toEqual([
      'made by factory',
      'made by async factory',
      'made by value',
      'made by value',
    ]);
    await expectSpans({
      name: 'Asker.ask',
      children: Array.from({ length: 4 }, () => ({ name: 'Made.tell' })),
    });
  });

  it('are left alone where they give anything else', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        /** Of a package, say. */
        class Foreign {
          call(): string {
            return 'foreign';
          }
        }
        const prototypeless = Object.create(null, { call: { value: () => 'bare' } }) as Foreign;

        @Injectable()
        class Asker {
          constructor(
            @Inject('FOREIGN') private readonly foreign: Foreign,
            @Inject('PLAIN') private readonly plain: Foreign,
            @Inject('BARE') private readonly bare: Foreign,
            @Inject('FUNCTION') private readonly fn: () => string,
            @Inject('CLASS') private readonly owner: typeof Foreign,
            @Inject('LIST') private readonly list: readonly string[],
            @Inject('NOTHING') private readonly nothing: null,
          ) {}

          ask(): unknown {
            const { foreign, plain, bare, fn, owner, list, nothing } = this;
            return [
              foreign.call(),
              plain.call(),
              bare.call(),
              fn(),
              new owner().call(),
              list,
              nothing,
            ];
          }

          identities(): unknown {
            return [
              Object.getOwnPropertyNames(Foreign.prototype),
              this.owner === Foreign,
              this.bare === prototypeless,
            ];
          }
        }
        return [
          Asker,
          { provide: 'FOREIGN', useFactory: () => new Foreign() },
          { provide: 'PLAIN', useValue: { call: () => 'plain' } },
          { provide: 'BARE', useValue: prototypeless },
          { provide: 'FUNCTION', useValue: () => 'function' },
          { provide: 'CLASS', useValue: Foreign },
          { provide: 'LIST', useValue: ['list'] },
          { provide: 'NOTHING', useFactory: () => null },
        ];
      },
      (asker) => [asker.ask(), asker.identities()],
    );
    expect(result).toEqual([
      ['foreign', 'plain', 'bare', 'function', 'foreign', ['list'], null],
      [['constructor', 'call'], true, true],
    ]);
    await expectSpans('Asker.ask', 'Asker.identities');
  });
});
