import { Readable } from 'node:stream';
import {
  All,
  Body,
  Catch,
  Controller,
  ForbiddenException,
  Get,
  Header,
  HttpCode,
  Injectable,
  Module,
  NotFoundException,
  Param,
  ParseIntPipe,
  Post,
  Redirect,
  Res,
  ServiceUnavailableException,
  Sse,
  StreamableFile,
  UseFilters,
  UseGuards,
  type ArgumentsHost,
  type CanActivate,
  type DynamicModule,
  type ExceptionFilter,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { OtelModule, Traced, type OtelModuleOptions } from 'nestrace';
import type { InMemoryTelemetry } from 'nestrace/testing';
import { interval, map, take, type Observable } from 'rxjs';

export class Burnt extends Error {}

@Injectable()
class DenyGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Injectable()
class BrokenGuard implements CanActivate {
  async canActivate(): Promise<boolean> {
    await Promise.resolve();
    throw new TypeError('the guard broke');
  }
}

/** Answers a failure with a status of its own, as applications do. */
@Catch(Burnt)
class BurntFilter implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(_error: Burnt, host: ArgumentsHost): void {
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), { burnt: true }, 418);
  }
}

@Injectable()
export class Cook {
  @Traced()
  async cook(dish: string): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return `one ${dish}`;
  }

  @Traced()
  async burn(): Promise<never> {
    await Promise.resolve();
    throw new RangeError('too hot');
  }
}

/** A controller with one route for everything that can happen to a request. */
@Controller('kitchen')
export class Kitchen {
  constructor(private readonly cook: Cook) {}

  @Get('menu')
  menu(): readonly string[] {
    return ['soup'];
  }

  @Get('dishes/:dish')
  dish(@Param('dish') dish: string): Promise<string> {
    return this.cook.cook(dish);
  }

  @Get('tables/:number')
  table(@Param('number', ParseIntPipe) table: number): number {
    return table;
  }

  @Post('orders')
  @HttpCode(202)
  order(@Body() order: unknown): unknown {
    return order;
  }

  @Get('closed')
  @UseGuards(DenyGuard)
  closed(): void {}

  @Get('broken-guard')
  @UseGuards(BrokenGuard)
  brokenGuard(): void {}

  @Get('missing')
  missing(): void {
    throw new NotFoundException('no such dish');
  }

  @Get('denied')
  denied(): void {
    throw new ForbiddenException();
  }

  @Get('fire')
  fire(): Promise<void> {
    return this.cook.burn();
  }

  @Get('smoke')
  smoke(): void {
    throw new RangeError('smoke in the kitchen');
  }

  /** The client libraries of many services throw errors that carry the status of their answer. */
  @Get('unpaid')
  unpaid(): void {
    throw Object.assign(new RangeError('the bank said no'), { statusCode: 402 });
  }

  @Get('full')
  full(): void {
    throw new ServiceUnavailableException('no table left');
  }

  @Get('burnt')
  @UseFilters(BurntFilter)
  burnt(): void {
    throw new Burnt('black');
  }

  @Get('film')
  @Header('content-type', 'text/plain')
  film(): StreamableFile {
    return new StreamableFile(Readable.from(slices(3)));
  }

  @Get('torn')
  torn(): StreamableFile {
    const stream = new Readable({ read() {} });
    stream.push('the first half');
    setTimeout(() => stream.destroy(new RangeError('the film tore')), 5);
    return new StreamableFile(stream);
  }

  @Sse('news')
  news(): Observable<{ data: string }> {
    return interval(5).pipe(
      take(3),
      map((n) => ({ data: `number ${n}` })),
    );
  }

  @Sse('endless')
  endless(): Observable<{ data: string }> {
    return interval(5).pipe(map((n) => ({ data: `number ${n}` })));
  }

  @Get('wait')
  wait(): Promise<never> {
    return new Promise(() => {});
  }

  @Get('old')
  @Redirect('/kitchen/menu', 302)
  old(): void {}

  @All('any')
  any(): string {
    return 'any';
  }

  @Get('by-hand')
  byHand(@Res() response: { status(code: number): { send(body: string): void } }): void {
    response.status(207).send('by hand');
  }
}

async function* slices(count: number): AsyncGenerator<string> {
  for (let n = 0; n < count; n++) {
    await new Promise((resolve) => setTimeout(resolve, 3));
    yield `slice ${n}\n`;
  }
}

/** The kitchen with tracing into memory. */
export function kitchenWith(
  telemetry: InMemoryTelemetry,
  options: OtelModuleOptions = {},
): DynamicModule {
  @Module({
    imports: [
      OtelModule.forRoot({
        autoTrace: false,
        service: { name: 'kitchen', version: '1.2.3' },
        exporters: 'none',
        processors: [telemetry],
        ...options,
      }),
    ],
    controllers: [Kitchen],
    providers: [Cook],
  })
  class KitchenModule {}
  return { module: KitchenModule };
}
