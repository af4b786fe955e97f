import {
  applyDecorators,
  Controller,
  Get,
  Header,
  HttpCode,
  Injectable,
  Post,
  Redirect,
  Render,
  SetMetadata,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { NoTrace, Traced } from 'nestrace';
import { describe, expect, it } from 'vitest';
import { ADAPTERS } from '../../../support/apps.js';
import { askProvider, tasteAll } from './kitchen.js';

/** Where the view of the test is; what it says is up to the engine. */
const VIEWS = new URL('./views/', import.meta.url).pathname;

type EngineCallback = (error: unknown, text?: string) => void;

const Roles = (...roles: string[]) => SetMetadata('roles', roles);

/** Remembers what a method returned, in the way such decorators are written. */
function Cached(): MethodDecorator {
  return (_target, _key, descriptor: PropertyDescriptor) => {
    const original = descriptor.value as (...args: unknown[]) => unknown;
    const cache = new Map<string, unknown>();
    descriptor.value = function (this: unknown, ...args: unknown[]): unknown {
      const key = JSON.stringify(args);
      if (!cache.has(key)) cache.set(key, original.apply(this, args));
      return cache.get(key);
    };
  };
}

describe.each(ADAPTERS)('what decorators leave on a handler on %s', (_, adapter) => {
  it('keeps closed routes closed', async () => {
    const { result, telemetry } = await tasteAll(
      () => {
        @Injectable()
        class RolesGuard implements CanActivate {
          constructor(private readonly reflector: Reflector) {}

          canActivate(execution: ExecutionContext): boolean {
            const places = [execution.getHandler(), execution.getClass()];
            const roles = this.reflector.getAllAndOverride<string[] | undefined>('roles', places);
            return roles === undefined || roles.includes('everybody');
          }
        }
        const Admins = (path: string) => applyDecorators(Get(path), Roles('admin'));

        @UseGuards(RolesGuard)
        @Controller('method')
        class MethodRoles {
          @Roles('admin')
          @Get('above')
          above(): string {
            return 'secret';
          }

          @Get('below')
          @Roles('admin')
          below(): string {
            return 'secret';
          }

          @Admins('applied')
          applied(): string {
            return 'secret';
          }

          @Traced()
          @Roles('admin')
          @Get('traced')
          traced(): string {
            return 'secret';
          }

          @Roles('admin')
          @NoTrace()
          @Get('untraced')
          untraced(): string {
            return 'secret';
          }

          @Roles('everybody')
          @Get('open')
          open(): string {
            return 'public';
          }
        }

        @Roles('admin')
        @UseGuards(RolesGuard)
        @Controller('class')
        class ClassRoles {
          @Get('closed')
          closed(): string {
            return 'secret';
          }

          @Roles('everybody')
          @Get('open')
          open(): string {
            return 'public';
          }
        }

        class Inherited {
          @Roles('admin')
          @Get('closed')
          closed(): string {
            return 'secret';
          }
        }

        @UseGuards(RolesGuard)
        @Controller('inherited')
        class Heir extends Inherited {}
        return { controllers: [MethodRoles, ClassRoles, Heir] };
      },
      async ({ get }) => {
        const paths = ['above', 'below', 'applied', 'traced', 'untraced', 'open'];
        const all = [...paths.map((path) => `method/${path}`), 'class/closed', 'class/open'];
        const answers: unknown[] = [];
        for (const path of [...all, 'inherited/closed']) {
          const { status, text } = await get(`/${path}`);
          answers.push([path, status, text.includes('secret')]);
        }
        return answers;
      },
      { adapter },
    );
    expect(result).toEqual([
      ['method/above', 403, false],
      ['method/below', 403, false],
      ['method/applied', 403, false],
      ['method/traced', 403, false],
      ['method/untraced', 403, false],
      ['method/open', 200, false],
      ['class/closed', 403, false],
      ['class/open', 200, false],
      ['inherited/closed', 403, false],
    ]);
    const guards = telemetry.spans().filter(({ name }) => name === 'RolesGuard.canActivate');
    expect(guards.map(({ attributes }) => attributes['nest.guard.outcome'])).toEqual([
      // Nothing is told of a request to a handler without trace, denied or not.
      ...Array<string>(4).fill('deny'),
      'allow',
      'deny',
      'allow',
      'deny',
    ]);
  });

  it('makes the same response', async () => {
    const { result, telemetry } = await tasteAll(
      () => {
        @Controller()
        class Responses {
          @Header('x-kitchen', 'open')
          @Header('cache-control', 'none')
          @Get('header')
          header(): object {
            return { ok: true };
          }

          @HttpCode(202)
          @Post('code')
          code(): string {
            return 'accepted';
          }

          @Redirect('/elsewhere', 307)
          @Get('redirect')
          redirect(): void {}

          @Redirect('/elsewhere')
          @Get('redirect-dynamically')
          dynamically(): object {
            return { url: '/here', statusCode: 303 };
          }

          @Post('created')
          created(): string {
            return 'created';
          }
        }
        return { controllers: [Responses] };
      },
      async ({ get }) => [
        await get('/header'),
        await get('/code', { method: 'POST' }),
        await get('/redirect'),
        await get('/redirect-dynamically'),
        await get('/created', { method: 'POST' }),
      ],
      { adapter },
    );
    expect(
      result.map(({ status, headers }) => [status, headers['location'] ?? headers['x-kitchen']]),
    ).toEqual([
      [200, 'open'],
      [202, undefined],
      [307, '/elsewhere'],
      [303, '/here'],
      [201, undefined],
    ]);
    expect(telemetry.spans().filter(({ name }) => name.startsWith('Responses.'))).toHaveLength(5);
  });
});

describe('@Render()', () => {
  it('renders what the handler gives', async () => {
    const { result, expectTrace } = await tasteAll(
      () => {
        @Controller()
        class Pages {
          @Render('page')
          @Get('page')
          async page(): Promise<object> {
            return { title: 'Hello' };
          }
        }
        return {
          controllers: [Pages],
          prepare: (app: INestApplication) => {
            const express = app as NestExpressApplication;
            express.engine('txt', (_path: string, options: object, done: EngineCallback) => {
              done(null, `title: ${String(Reflect.get(options, 'title'))}`);
            });
            express.setViewEngine('txt');
            express.setBaseViewsDir(VIEWS);
          },
        };
      },
      ({ get }) => get('/page'),
    );
    expect(result).toMatchObject({ status: 200, text: 'title: Hello' });
    await expectTrace('GET /page', [{ name: 'Pages.page' }]);
  });
});

describe('a decorator that replaces the method', () => {
  it('is traced as the method it leaves', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Rates {
          private asked = 0;

          @Cached()
          async of(currency: string): Promise<string> {
            return `${currency} ${++this.asked}`;
          }
        }
        return [Rates];
      },
      async (rates) => [await rates.of('EUR'), await rates.of('EUR'), await rates.of('USD')],
    );
    expect(result).toEqual(['EUR 1', 'EUR 1', 'USD 2']);
    await expectSpans('Rates.of', 'Rates.of', 'Rates.of');
  });

  it('has one span with @Traced() above it, and one per run below it', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Rates {
          private asked = 0;

          @Traced('rates above')
          @Cached()
          async above(currency: string): Promise<string> {
            return `${currency} ${++this.asked}`;
          }

          @Cached()
          @Traced('rates below')
          async below(currency: string): Promise<string> {
            return `${currency} ${++this.asked}`;
          }
        }
        return [Rates];
      },
      async (rates) => [
        await rates.above('EUR'),
        await rates.above('EUR'),
        await rates.below('EUR'),
        await rates.below('EUR'),
      ],
    );
    expect(result).toEqual(['EUR 1', 'EUR 1', 'EUR 2', 'EUR 2']);
    await expectSpans(
      'rates above',
      'rates above',
      { name: 'Rates.below', children: [{ name: 'rates below' }] },
      { name: 'Rates.below' },
    );
  });

  it('leaves a class with @NoTrace() alone', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        class Loud {
          shout(): string {
            return 'hey';
          }
        }

        @NoTrace()
        @Injectable()
        class Quiet extends Loud {
          @Cached()
          whisper(): string {
            return 'psst';
          }
        }
        return [Quiet];
      },
      (quiet) => [quiet.whisper(), quiet.shout()],
    );
    expect(result).toEqual(['psst', 'hey']);
    await expectSpans();
  });
});
