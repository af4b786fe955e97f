import {
  Body,
  Controller,
  Get,
  Param,
  ParseIntPipe,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  ValidationPipe,
  type CanActivate,
  type ExceptionFilter,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import {
  findBoundEnhancers,
  watchGlobalEnhancers,
} from '../../../../../libs/nestrace/src/edges/autotrace/finding/bound-enhancers.js';
import type { ClassReference } from '../../../../../libs/nestrace/src/edges/autotrace/finding/class-reference.js';

class Guard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

const guard: CanActivate = { canActivate: () => true };
const pipe: PipeTransform = { transform: (value: unknown) => value };
const interceptor: NestInterceptor = { intercept: (_, next) => next.handle() };
const filter: ExceptionFilter = { catch: () => {} };

function boundTo(owner: ClassReference): readonly (readonly [unknown, string])[] {
  const found: [unknown, string][] = [];
  findBoundEnhancers(owner, (enhancer, role) => found.push([enhancer, role]));
  return found;
}

describe('findBoundEnhancers', () => {
  it('finds what is bound to a class, its methods and their parameters', () => {
    const id = new ParseIntPipe();

    @UseGuards(Guard)
    @UseFilters(filter)
    @Controller()
    class Orders {
      @UseGuards(guard)
      @UseInterceptors(interceptor)
      @Get()
      find(@Param('id', id, pipe) _id: number, @Body(ValidationPipe) _body: unknown): void {}

      @UsePipes(pipe)
      list(): void {}
    }
    const found = boundTo(Orders);
    expect(found.slice(0, 4)).toEqual([
      [Guard, 'guard'],
      [filter, 'filter'],
      [guard, 'guard'],
      [interceptor, 'interceptor'],
    ]);
    expect(found.slice(4)).toHaveLength(4);
    expect(found.slice(4)).toEqual(
      expect.arrayContaining([
        [id, 'pipe'],
        [ValidationPipe, 'pipe'],
        [pipe, 'pipe'],
      ]),
    );
  });

  it('finds what a handler is bound to that is inherited, unless it is overridden', () => {
    class Crud {
      @UseGuards(guard)
      inherited(@Param('id', pipe) _id: string): void {}

      @UseGuards(Guard)
      overridden(): void {}
    }
    class Orders extends Crud {
      override overridden(): void {}
    }
    expect(boundTo(Orders)).toEqual([
      [guard, 'guard'],
      [pipe, 'pipe'],
    ]);
  });

  it('does not run anything, nor look into proxies', () => {
    let looks = 0;
    const watching: ProxyHandler<object> = {
      getPrototypeOf: () => {
        looks++;
        return null;
      },
      ownKeys: () => {
        looks++;
        return [];
      },
    };
    class Orders {
      get value(): () => void {
        looks++;
        return () => {};
      }
    }
    Object.defineProperty(Orders.prototype, 'proxied', { value: new Proxy(() => {}, watching) });
    Object.setPrototypeOf(Orders.prototype, new Proxy({}, watching));
    expect(boundTo(Orders)).toEqual([]);
    expect(looks).toBe(0);
  });

  it('finds nothing where nothing is bound', () => {
    class Orders {
      find(): void {}
    }
    expect(boundTo(Orders)).toEqual([]);
  });
});

describe('watchGlobalEnhancers', () => {
  function watch(config: ApplicationConfig) {
    const found: [unknown, string][] = [];
    const stop = watchGlobalEnhancers(config, (enhancer, role) => found.push([enhancer, role]));
    return { found, stop };
  }

  it('sees those that are there', () => {
    const config = new ApplicationConfig();
    config.useGlobalGuards(guard);
    config.useGlobalPipes(pipe);
    config.useGlobalInterceptors(interceptor);
    config.useGlobalFilters(filter);
    expect(watch(config).found).toEqual([
      [guard, 'guard'],
      [pipe, 'pipe'],
      [interceptor, 'interceptor'],
      [filter, 'filter'],
    ]);
  });

  it('sees those that come later, and they are bound', () => {
    const config = new ApplicationConfig();
    const { found } = watch(config);
    const other = new Guard();
    config.useGlobalGuards(guard, other);
    config.addGlobalPipe(pipe);
    config.addGlobalInterceptor(interceptor);
    config.useGlobalFilters(filter);
    expect(found).toEqual([
      [guard, 'guard'],
      [other, 'guard'],
      [pipe, 'pipe'],
      [interceptor, 'interceptor'],
      [filter, 'filter'],
    ]);
    expect(config.getGlobalGuards()).toEqual([guard, other]);
    expect(config.getGlobalPipes()).toEqual([pipe]);
    expect(config.getGlobalInterceptors()).toEqual([interceptor]);
    expect(config.getGlobalFilters()).toEqual([filter]);
  });

  it('leaves nothing behind', () => {
    const config = new ApplicationConfig();
    const names = Object.getOwnPropertyNames(config);
    const { found, stop } = watch(config);
    stop();
    config.useGlobalGuards(guard);
    expect(found).toEqual([]);
    expect(Object.getOwnPropertyNames(config)).toEqual(names);
  });

  it('leaves alone what somebody else watches', () => {
    const config = new ApplicationConfig();
    const theirs = (): void => {};
    Object.defineProperty(config, 'useGlobalGuards', { value: theirs, configurable: true });
    const { stop } = watch(config);
    expect(Reflect.get(config, 'useGlobalGuards')).toBe(theirs);
    stop();
    expect(Reflect.get(config, 'useGlobalGuards')).toBe(theirs);
  });
});
