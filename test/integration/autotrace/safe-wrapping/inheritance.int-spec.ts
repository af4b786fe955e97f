import {
  Controller,
  Get,
  Inject,
  Injectable,
  mixin,
  Param,
  Query,
  UseGuards,
  type CanActivate,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import { NoTrace, Traced } from 'nestrace';
import { describe, expect, it } from 'vitest';
import { askProvider, tasteAll } from './kitchen.js';

describe('a method that is inherited', () => {
  it('has one span, named by the class of the provider', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        abstract class Records {
          abstract table(): string;

          find(id: number): string {
            return `${this.table()} ${id} of ${this.constructor.name}`;
          }
        }

        @Injectable()
        class Users extends Records {
          table(): string {
            return 'users';
          }
        }
        return [Users];
      },
      (users) => users.find(1),
    );
    expect(result).toBe('users 1 of Users');
    await expectSpans({ name: 'Users.find', children: [{ name: 'Users.table' }] });
  });

  it('has none where it comes with a package', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        /** As that of TypeORM is called. */
        class Repository {
          find(): string {
            return 'found';
          }
        }

        @Injectable()
        class UsersRepository extends Repository {
          findAll(): string {
            return this.find();
          }
        }
        return [UsersRepository];
      },
      (users) => [users.findAll(), users.find()],
    );
    expect(result).toEqual(['found', 'found']);
    await expectSpans('UsersRepository.findAll');
  });

  it('is told apart where two providers inherit it', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        class Animal {
          readonly sound: string = '';

          speak(): string {
            return this.sound;
          }
        }

        @Injectable()
        class Dog extends Animal {
          override readonly sound = 'woof';
        }

        @Injectable()
        class Cat extends Animal {
          override readonly sound = 'meow';
        }

        @Injectable()
        class Farm {
          constructor(
            @Inject(Dog) private readonly dog: Dog,
            @Inject(Cat) private readonly cat: Cat,
          ) {}

          listen(): unknown {
            return [this.dog.speak(), this.cat.speak(), new Animal().speak()];
          }
        }
        return [Farm, Dog, Cat];
      },
      (farm) => farm.listen(),
    );
    expect(result).toEqual(['woof', 'meow', '']);
    await expectSpans({
      name: 'Farm.listen',
      children: [{ name: 'Dog.speak' }, { name: 'Cat.speak' }],
    });
  });

  it('has one span where the class that declares it is a provider as well', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Base {
          who(): string {
            return this.constructor.name;
          }
        }

        @Injectable()
        class Middle extends Base {}

        @Injectable()
        class Last extends Middle {
          constructor(
            @Inject(Base) private readonly base: Base,
            @Inject(Middle) private readonly middle: Middle,
          ) {
            super();
          }

          all(): readonly string[] {
            return [this.base.who(), this.middle.who(), this.who()];
          }
        }
        return [Last, Base, Middle];
      },
      (last) => last.all(),
    );
    expect(result).toEqual(['Base', 'Middle', 'Last']);
    await expectSpans({
      name: 'Last.all',
      children: [{ name: 'Base.who' }, { name: 'Middle.who' }, { name: 'Last.who' }],
    });
  });

  it('can be replaced on any class above, as in a test', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Base {
          who(): string {
            return 'Base';
          }
        }

        @Injectable()
        class Middle extends Base {}

        @Injectable()
        class Last extends Middle {
          replace(on: 'base' | 'middle', who: () => string): void {
            Object.defineProperty(on === 'base' ? Base.prototype : Middle.prototype, 'who', {
              value: who,
              configurable: true,
              writable: true,
            });
          }
        }
        return [Last, Base, Middle];
      },
      (last) => {
        const names = [last.who()];
        last.replace('base', () => 'another base');
        names.push(last.who());
        last.replace('middle', () => 'another middle');
        names.push(last.who());
        return names;
      },
    );
    expect(result).toEqual(['Base', 'another base', 'another middle']);
    await expectSpans('Last.who', 'Last.replace', 'Last.who', 'Last.replace', 'Last.who');
  });

  it('shows up in a loop over the instance only where it did before', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        /** A class as older compilers write them: its methods can be enumerated. */
        function Old(this: object): void {}
        Old.prototype.enumerable = function (): string {
          return 'old';
        };

        class Base {}
        Object.setPrototypeOf(Base.prototype, Old.prototype as object);

        @Injectable()
        class Young extends Base {
          declare readonly enumerable: () => string;

          hidden(): string {
            return 'young';
          }
        }
        return [Young];
      },
      (young) => {
        const names: string[] = [];
        for (const name in young) names.push(name);
        return [names, young.enumerable(), young.hidden()];
      },
    );
    expect(result).toEqual([['enumerable'], 'old', 'young']);
    await expectSpans('Young.enumerable', 'Young.hidden');
  });
});

describe('a method that is overridden', () => {
  it('has one span per class that takes part in the call', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Price {
          async of(product: string): Promise<number> {
            return product.length;
          }
        }

        @Injectable()
        class Discounted extends Price {
          override async of(product: string): Promise<number> {
            return (await super.of(product)) / 2;
          }
        }

        @Injectable()
        class Rounded extends Discounted {
          override async of(product: string): Promise<number> {
            return Math.round(await super.of(product));
          }
        }
        return [Rounded, Price, Discounted];
      },
      (rounded) => rounded.of('cheese'),
    );
    expect(result).toBe(3);
    await expectSpans({
      name: 'Rounded.of',
      children: [{ name: 'Discounted.of', children: [{ name: 'Price.of' }] }],
    });
  });

  it('has no span of a base class that is no provider', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        abstract class Template {
          run(): string {
            return `before ${this.step()} after`;
          }

          protected step(): string {
            return 'nothing';
          }
        }

        @Injectable()
        class Something extends Template {
          protected override step(): string {
            return `not ${super.step()}`;
          }
        }
        return [Something];
      },
      (something) => something.run(),
    );
    expect(result).toBe('before not nothing after');
    await expectSpans({ name: 'Something.run', children: [{ name: 'Something.step' }] });
  });
});

describe('a mixin', () => {
  it('makes classes of the same name that do not get in each other’s way', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        function StoreOf(kind: string): Type<{ load(): string }> {
          @Injectable()
          class Store {
            load(): string {
              return `${kind} from ${this.constructor.name}`;
            }
          }
          return Store;
        }
        const Apples = StoreOf('apples');
        const Pears = StoreOf('pears');

        @Injectable()
        class Basket {
          constructor(
            @Inject(Apples) private readonly apples: { load(): string },
            @Inject(Pears) private readonly pears: { load(): string },
          ) {}

          fill(): unknown {
            return [this.apples.load(), this.pears.load()];
          }
        }
        return [Basket, Apples, Pears];
      },
      (basket) => basket.fill(),
    );
    expect(result).toEqual(['apples from Store', 'pears from Store']);
    await expectSpans({
      name: 'Basket.fill',
      children: [{ name: 'Store.load' }, { name: 'Store.load' }],
    });
  });

  it('guards with what it was made with, also through `super`', async () => {
    const { result, telemetry } = await tasteAll(
      () => {
        function AuthGuard(...strategies: string[]): Type<CanActivate> {
          class MixinAuthGuard implements CanActivate {
            canActivate(): boolean {
              return strategies.includes(this.wanted());
            }

            protected wanted(): string {
              return 'jwt';
            }
          }
          return mixin(MixinAuthGuard);
        }

        class LocalGuard extends AuthGuard('local') {
          override canActivate(): boolean {
            return super.canActivate(undefined as never) as boolean;
          }

          protected wanted(): string {
            return 'local';
          }
        }

        @Controller()
        class Doors {
          @UseGuards(AuthGuard('jwt'))
          @Get('open')
          open(): string {
            return 'in';
          }

          @UseGuards(AuthGuard('basic', 'saml'))
          @Get('closed')
          closed(): string {
            return 'in';
          }

          @UseGuards(LocalGuard)
          @Get('local')
          local(): string {
            return 'in';
          }
        }
        return { controllers: [Doors] };
      },
      async ({ get }) => [await get('/open'), await get('/closed'), await get('/local')],
    );
    expect(result.map(({ status, text }) => [status, text.slice(0, 2)])).toEqual([
      [200, 'in'],
      [403, '{"'],
      [200, 'in'],
    ]);
    const names = telemetry
      .spans()
      .map(({ name, attributes }) => [name, attributes['nest.guard.outcome']]);
    expect(names.filter(([name]) => /canActivate/.test(String(name)))).toEqual([
      ['MixinAuthGuard.canActivate', 'allow'],
      ['MixinAuthGuard.canActivate', 'deny'],
      ['LocalGuard.canActivate', 'allow'],
    ]);
  });
});

describe('a controller that extends another one', () => {
  it('serves what it inherits, with all that is bound to it', async () => {
    const { result, expectTrace } = await tasteAll(
      () => {
        @Injectable()
        class Trim implements PipeTransform {
          transform(value: unknown): string {
            return String(value).trim();
          }
        }
        @Injectable()
        class Open implements CanActivate {
          canActivate(): boolean {
            return true;
          }
        }

        abstract class Crud {
          @Get('one')
          @UseGuards(new Open())
          one(@Query('id', new Trim()) id: string): string {
            return `${this.constructor.name} ${id}`;
          }
        }

        @Controller('users')
        class UsersController extends Crud {}
        @Controller('orders')
        class OrdersController extends Crud {}
        return { controllers: [UsersController, OrdersController] };
      },
      async ({ get }) => [await get('/users/one?id=%201'), await get('/orders/one?id=2%20')],
    );
    expect(result.map(({ text }) => text)).toEqual(['UsersController 1', 'OrdersController 2']);
    for (const [path, name] of [
      ['users', 'UsersController.one'],
      ['orders', 'OrdersController.one'],
    ] as const) {
      await expectTrace(`GET /${path}/one`, [
        { name: 'Open.canActivate' },
        { name: 'Trim.transform' },
        { name, attributes: { 'nest.type': 'handler' } },
      ]);
    }
  });
});

describe('routes that are inherited', () => {
  it.each([
    ['one of them has a decorator of its own', [Traced()], {}],
    ['one of them is not to be traced', [NoTrace()], {}],
    ['one of them is excluded', [], { exclude: ['*.list'] }],
    ['only one of them is included', [], { level: 'minimal', include: [], exclude: ['Heir.list'] }],
  ] as const)('are found in the same order where %s', async (_, decorators, autoTrace) => {
    const { result, telemetry } = await tasteAll(
      () => {
        class Crud {
          list(): string {
            return 'list';
          }

          @Get(':id')
          find(@Param('id') id: string): string {
            return `find ${id}`;
          }
        }
        for (const decorate of [Get('list'), ...decorators]) decorateMethod(Crud, 'list', decorate);

        @Controller('things')
        class Heir extends Crud {}
        return { controllers: [Heir] };
      },
      async ({ get }) => [(await get('/things/list')).text, (await get('/things/7')).text],
      { otel: { autoTrace } },
    );
    expect(result).toEqual(['list', 'find 7']);
    expect(telemetry.spans().filter(({ name }) => name === 'Heir.find')).toHaveLength(1);
    expect(telemetry.spans().filter(({ name }) => name === 'Heir.list')).toEqual([]);
  });

  it('are found in the same order where one of them is a proxy, and are not traced then', async () => {
    const { result, telemetry } = await tasteAll(
      () => {
        class Crud {
          list(): string {
            return 'list';
          }

          @Get(':id')
          find(@Param('id') id: string): string {
            return `find ${id}`;
          }
        }
        // As decorators of others do.
        const proxied: MethodDecorator = (_target, _key, descriptor: PropertyDescriptor) => {
          descriptor.value = new Proxy(descriptor.value as object, {});
        };
        for (const decorate of [proxied, Get('list')]) decorateMethod(Crud, 'list', decorate);

        @Controller('things')
        class Heir extends Crud {}
        return { controllers: [Heir] };
      },
      async ({ get }) => [(await get('/things/list')).text, (await get('/things/7')).text],
    );
    expect(result).toEqual(['list', 'find 7']);
    expect(telemetry.spans().map(({ name }) => name)).toEqual([
      'GET /things/list',
      'GET /things/:id',
    ]);
  });
});

function decorateMethod(owner: Type, name: string, decorate: MethodDecorator): void {
  const prototype = owner.prototype as object;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
  decorate(prototype, name, descriptor);
  Object.defineProperty(prototype, name, descriptor);
}

describe('methods that were copied from another class', () => {
  it('keep their parameters, which Nest looks for where the method is from', async () => {
    const { result } = await tasteAll(
      () => {
        class Crud {
          @Get('one')
          one(@Query('id') id: string): string {
            return `one ${id}`;
          }
        }

        @Controller('copied')
        class Copied {
          @Get('two')
          two(@Query('id') id: string): string {
            return `two ${id}`;
          }
        }
        // As the handbook of TypeScript has it, which takes the constructor as well.
        Object.defineProperties(Copied.prototype, Object.getOwnPropertyDescriptors(Crud.prototype));
        return { controllers: [Copied] };
      },
      async ({ get }) => [await get('/copied/one?id=1'), await get('/copied/two?id=2')],
    );
    expect(result.map(({ text }) => text)).toEqual(['one 1', 'two 2']);
  });
});
