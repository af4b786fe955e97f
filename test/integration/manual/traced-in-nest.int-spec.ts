import {
  Controller,
  createParamDecorator,
  Get,
  Header,
  HttpCode,
  Inject,
  Injectable,
  Module,
  Param,
  ParseIntPipe,
  Scope,
  SetMetadata,
  UseGuards,
  UseInterceptors,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { OtelModule, SpanAttribute, Traced } from 'nestrace';
import { expectTrace, InMemoryTelemetry } from 'nestrace/testing';
import { SpanKind } from '@opentelemetry/api';
import { map, of, type Observable } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';

const Roles = (...roles: string[]) => SetMetadata('roles', roles);

const Shout = createParamDecorator((_: unknown, execution: ExecutionContext) =>
  execution.switchToHttp().getRequest<{ url: string }>().url.toUpperCase(),
);

@Injectable()
class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(execution: ExecutionContext): boolean {
    const roles = this.reflector.get<string[] | undefined>('roles', execution.getHandler());
    return roles === undefined;
  }
}

@Injectable()
class Wrap implements NestInterceptor {
  intercept(_execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((value) => ({ wrapped: value })));
  }
}

class Base {
  @Traced()
  async inherited(): Promise<string> {
    return `base of ${this.constructor.name}`;
  }
}

@Injectable({ scope: Scope.REQUEST })
class Basket extends Base {
  readonly #items = new Map([['apple', 2]]);

  @Traced({
    kind: SpanKind.PRODUCER,
    attributes: (name: string) => ({ 'item.name': name }),
    onResult: (count: number | undefined, span) => span.setAttribute('item.count', count ?? 0),
  })
  count(name: string): number | undefined {
    return this.#items.get(name);
  }

  @Traced()
  override async inherited(): Promise<string> {
    return `own and ${await super.inherited()}`;
  }
}

@Traced()
@Injectable()
class Shelf {
  private readonly books = ['a', 'b'];

  async *all(): AsyncGenerator<string> {
    yield* this.books;
  }

  stream(): Observable<string> {
    return of(...this.books);
  }

  @Traced('shelf size')
  size(@SpanAttribute('shelf.unit') _unit: string): number {
    return this.books.length;
  }
}

@UseGuards(RolesGuard)
@Controller('shop')
class ShopController {
  constructor(
    private readonly basket: Basket,
    @Inject(Shelf) private readonly shelf: Shelf,
  ) {}

  @Traced()
  @Get('above/:id')
  @Header('x-above', 'yes')
  @HttpCode(202)
  @UseInterceptors(Wrap)
  above(@Param('id', ParseIntPipe) id: number, @Shout() shout: string): unknown {
    return { id, shout };
  }

  @Get('below/:id')
  @Header('x-below', 'yes')
  @HttpCode(202)
  @UseInterceptors(Wrap)
  @Traced()
  below(@Param('id', ParseIntPipe) id: number, @Shout() shout: string): unknown {
    return { id, shout };
  }

  @Traced()
  @Roles('admin')
  @Get('secret-above')
  secretAbove(): string {
    return 'must not be seen';
  }

  @Get('secret-below')
  @Roles('admin')
  @Traced()
  secretBelow(): string {
    return 'must not be seen';
  }

  @Get('basket/:name')
  async inBasket(@Param('name') name: string): Promise<unknown> {
    return { count: this.basket.count(name), base: await this.basket.inherited() };
  }

  @Get('shelf')
  async onShelf(): Promise<unknown> {
    const all: string[] = [];
    for await (const book of this.shelf.all()) all.push(book);
    return { all, size: this.shelf.size('m') };
  }

  @Get('stream')
  streamed(): Observable<string> {
    return this.shelf.stream();
  }
}

const telemetry = new InMemoryTelemetry();

@Module({
  imports: [OtelModule.forRoot({ exporters: 'none', autoTrace: false, processors: [telemetry] })],
  controllers: [ShopController],
  providers: [Basket, Shelf],
})
class ShopModule {}

describe.each(ADAPTERS)('@Traced() in an application on %s', (_name, createAdapter) => {
  let running: RunningApp;

  beforeAll(async () => {
    running = await startApp(ShopModule, createAdapter());
  });
  afterAll(() => running.close());
  afterEach(() => {
    telemetry.clear();
  });

  const get = (path: string) => call(running.url + path);

  it.each(['above', 'below'])(
    'stands %s other decorators without taking their effect',
    async (place) => {
      const answer = await get(`/shop/${place}/7`);
      expect(answer.status).toBe(202);
      expect(answer.headers[`x-${place}`]).toBe('yes');
      expect(JSON.parse(answer.text)).toEqual({
        wrapped: { id: 7, shout: `/SHOP/${place.toUpperCase()}/7` },
      });
      expectTrace(await telemetry.waitForTrace(), {
        name: `GET /shop/${place}/:id`,
        children: [
          {
            name: `ShopController.${place}`,
            kind: 'INTERNAL',
            attributes: {
              'nest.type': 'handler',
              'code.function.name': `ShopController.${place}`,
            },
          },
        ],
      });
      expect((await get(`/shop/${place}/seven`)).status).toBe(400);
    },
  );

  it.each(['secret-above', 'secret-below'])('keeps the roles of %s closed', async (path) => {
    const answer = await get(`/shop/${path}`);
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain('must not be seen');
  });

  it('keeps private fields, scopes and inheritance', async () => {
    expect(JSON.parse((await get('/shop/basket/apple')).text)).toEqual({
      count: 2,
      base: 'own and base of Basket',
    });
    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /shop/basket/:name',
      children: [
        {
          name: 'Basket.count',
          kind: 'PRODUCER',
          attributes: { 'item.name': 'apple', 'item.count': 2, 'nest.type': 'provider' },
        },
        {
          name: 'Basket.inherited',
          children: [{ name: 'Base.inherited' }],
        },
      ],
    });
  });

  it('covers all methods of a class, each in its own way', async () => {
    expect(JSON.parse((await get('/shop/shelf')).text)).toEqual({ all: ['a', 'b'], size: 2 });
    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /shop/shelf',
      children: [
        { name: 'Shelf.all' },
        {
          name: 'shelf size',
          attributes: { 'shelf.unit': 'm', 'code.function.name': 'Shelf.size' },
        },
      ],
    });
  });

  it('follows an Observable that Nest subscribes to', async () => {
    expect((await get('/shop/stream')).text).toBe('b');
    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /shop/stream',
      children: [{ name: 'Shelf.stream', status: 'UNSET' }],
    });
  });
});
