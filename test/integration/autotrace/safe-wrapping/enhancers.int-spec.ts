import {
  Body,
  Catch,
  Controller,
  Get,
  Injectable,
  NotFoundException,
  Param,
  ParseIntPipe,
  Post,
  Query,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  ValidationPipe,
  type ArgumentMetadata,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { IsInt, Min } from 'class-validator';
import { map, of, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ADAPTERS } from '../../../support/apps.js';
import { tasteAll, type Served } from './kitchen.js';

const shortly = (answers: readonly Served[]): unknown =>
  answers.map(({ status, text }) => [status, text]);

describe.each(ADAPTERS)('enhancers that are bound as instances on %s', (_, adapter) => {
  it('do what they did, and have spans', async () => {
    const { result, expectTrace } = await tasteAll(
      () => {
        class Header implements CanActivate {
          readonly #name: string;

          constructor(name: string) {
            this.#name = name;
          }

          canActivate(execution: ExecutionContext): boolean {
            const { headers } = execution.switchToHttp().getRequest<{ headers: object }>();
            return Object.hasOwn(headers, this.#name);
          }
        }

        class Twice implements PipeTransform<number, number> {
          constructor(private readonly times: number) {}

          transform(value: number, { data }: ArgumentMetadata): number {
            return data === 'id' ? value * this.times : value;
          }
        }

        class Wrap implements NestInterceptor {
          constructor(private readonly key: string) {}

          intercept(_execution: ExecutionContext, next: CallHandler): Observable<unknown> {
            return next.handle().pipe(map((value) => ({ [this.key]: value as unknown })));
          }
        }

        class Sorry implements ExceptionFilter {
          constructor(private readonly host: { readonly code: number }) {}

          catch(error: Error, host: ArgumentsHost): void {
            const response = host.switchToHttp().getResponse<{
              status(code: number): { send(body: unknown): void };
            }>();
            response.status(this.host.code).send({ sorry: error.message });
          }
        }
        Catch(NotFoundException)(Sorry);

        @UseGuards(new Header('x-key'))
        @UseInterceptors(new Wrap('data'))
        @UseFilters(new Sorry({ code: 410 }))
        @Controller('things')
        class Things {
          @Get(':id')
          find(@Param('id', ParseIntPipe, new Twice(3)) id: number): unknown {
            if (id === 0) throw new NotFoundException('nothing');
            return id;
          }
        }
        return { controllers: [Things] };
      },
      async ({ get }) => {
        const headers = { 'x-key': '1' };
        return shortly([
          await get('/things/2', { headers }),
          await get('/things/0', { headers }),
          await get('/things/x', { headers }),
          await get('/things/2'),
        ]);
      },
      { adapter },
    );
    expect(result).toMatchObject([
      [200, '{"data":6}'],
      [410, '{"sorry":"nothing"}'],
      [400, expect.stringContaining('numeric string is expected')],
      [403, expect.stringContaining('Forbidden')],
    ]);
    await expectTrace('GET /things/:id', [
      { name: 'Header.canActivate', attributes: { 'nest.guard.outcome': 'allow' } },
      { name: 'Wrap.intercept' },
      { name: 'ParseIntPipe.transform' },
      { name: 'Twice.transform' },
      { name: 'Things.find' },
      { name: 'Wrap.intercept (after)' },
    ]);
  });

  it('do what they did where they are global', async () => {
    const { result, telemetry } = await tasteAll(
      () => {
        class Amount {
          @IsInt()
          @Min(1)
          readonly count!: number;
        }

        class Log implements NestInterceptor {
          intercept(_execution: ExecutionContext, next: CallHandler): Observable<unknown> {
            return next.handle();
          }
        }

        class Gate implements CanActivate {
          async canActivate(): Promise<boolean> {
            return true;
          }
        }

        @Catch()
        class Everything extends BaseExceptionFilter {
          override catch(error: unknown, host: ArgumentsHost): void {
            // oxlint-disable-next-line promise/valid-params, promise/no-promise-in-callback -- a filter's
            super.catch(error, host);
          }
        }

        @Controller('amounts')
        class Amounts {
          @Post()
          add(@Body() amount: Amount): unknown {
            return [amount.count, amount instanceof Amount];
          }

          @Get()
          fail(): never {
            throw new RangeError('no amounts');
          }
        }
        Reflect.defineMetadata('design:paramtypes', [Amount], Amounts.prototype, 'add');
        return {
          controllers: [Amounts],
          prepare: (app) => {
            app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true }));
            app.useGlobalInterceptors(new Log());
            app.useGlobalGuards(new Gate());
            app.useGlobalFilters(new Everything(app.get(HttpAdapterHost).httpAdapter));
          },
        };
      },
      async ({ get }) => {
        const post = (body: object): Promise<Served> =>
          get('/amounts', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          });
        return shortly([
          await post({ count: 3, other: true }),
          await post({ count: 0 }),
          await get('/amounts'),
          await get('/nowhere'),
        ]);
      },
      { adapter },
    );
    expect(result).toMatchObject([
      [201, '[3,true]'],
      [400, expect.stringContaining('must not be less than 1')],
      [500, expect.stringContaining('Internal server error')],
      [404, expect.stringContaining('Cannot GET /nowhere')],
    ]);
    const count = (name: string): number =>
      telemetry.spans().filter((span) => span.name === name).length;
    expect(count('Gate.canActivate')).toBe(3);
    expect(count('ValidationPipe.transform')).toBe(2);
    expect(count('Everything.catch')).toBe(3);
  });

  it('do what they did where they are object literals', async () => {
    const { result, telemetry } = await tasteAll(
      () => {
        const seen: string[] = [];
        const guard: CanActivate = {
          canActivate() {
            seen.push(`guard ${this === guard}`);
            return true;
          },
        };
        const pipe: PipeTransform = {
          transform(value: unknown) {
            seen.push(`pipe ${this === pipe}`);
            return value;
          },
        };
        const interceptor: NestInterceptor = {
          intercept(_execution, next) {
            seen.push(`interceptor ${this === interceptor}`);
            return next.handle();
          },
        };
        const filter: ExceptionFilter = {
          catch(_error, host) {
            seen.push(`filter ${this === filter}`);
            host.switchToHttp().getResponse<{ send(body: unknown): void }>().send(seen);
          },
        };

        @UseGuards(guard)
        @UseInterceptors(interceptor)
        @UseFilters(filter)
        @Controller('literals')
        class Literals {
          @UsePipes(pipe)
          @Get()
          fail(@Query('why') why: string): never {
            throw new RangeError(why);
          }
        }
        return { controllers: [Literals] };
      },
      ({ get }) => get('/literals?why=because'),
      { adapter },
    );
    expect(result.text).toBe('["guard true","interceptor true","pipe true","filter true"]');
    await telemetry.waitForTrace();
    expect(telemetry.spans().map(({ name }) => name)).toEqual(['Literals.fail', 'GET /literals']);
  });

  it('have one span where the same class is a provider and bound several times', async () => {
    const { result, expectTrace } = await tasteAll(
      () => {
        @Injectable()
        class Both implements CanActivate, NestInterceptor {
          canActivate(): boolean {
            return this.help();
          }

          intercept(_execution: ExecutionContext, next: CallHandler): Observable<unknown> {
            return this.help() ? next.handle() : of('short');
          }

          private help(): boolean {
            return true;
          }
        }

        @UseGuards(Both, new Both())
        @UseInterceptors(Both)
        @Controller('both')
        class BothController {
          @UseGuards(Both)
          @Get()
          both(): string {
            return 'both';
          }
        }
        return { controllers: [BothController], providers: [Both] };
      },
      ({ get }) => get('/both'),
      { adapter },
    );
    expect(result.text).toBe('both');
    const guard = { name: 'Both.canActivate', children: [{ name: 'Both.help' }] };
    await expectTrace('GET /both', [
      guard,
      guard,
      guard,
      { name: 'Both.intercept', children: [{ name: 'Both.help' }] },
      { name: 'BothController.both' },
    ]);
  });
});
