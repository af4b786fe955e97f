import 'reflect-metadata';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { of, type Observable } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import {
  bindToMessageHandlers,
  handlesMoreThanRequests,
} from '../../../../libs/nestrace/src/edges/incoming/class-interceptors.js';

const INTERCEPTORS = '__interceptors__';
const OURS = of('through the interceptor');
const HANDLED = of('straight on');

const interceptor: NestInterceptor = { intercept: () => OURS };
const next: CallHandler = { handle: () => HANDLED };

interface Given {
  readonly providers?: readonly unknown[];
  readonly controllers?: readonly unknown[];
}

function containerOf({ providers = [], controllers = [] }: Given): ModulesContainer {
  const entries = (metatypes: readonly unknown[]) =>
    new Map(metatypes.map((metatype, index) => [index, { metatype }]));
  const module = { providers: entries(providers), controllers: entries(controllers) };
  return new Map([['module', module]]) as unknown as ModulesContainer;
}

function gateway(): new () => object {
  class Gateway {}
  Reflect.defineMetadata('websockets:is_gateway', true, Gateway);
  return Gateway;
}

function controller(): new () => object {
  class Controller {
    sum(): void {}
  }
  Reflect.defineMetadata('microservices:pattern', ['sum'], Controller.prototype.sum);
  return Controller;
}

function boundTo(owner: object): unknown {
  return Reflect.getMetadata(INTERCEPTORS, owner) as unknown;
}

function run(owner: object, type: string): Observable<unknown> {
  const [bound] = boundTo(owner) as [NestInterceptor];
  return bound.intercept(
    { getType: () => type } as unknown as ExecutionContext,
    next,
  ) as Observable<unknown>;
}

describe('bindToMessageHandlers', () => {
  it.each([
    ['gateway', () => gateway(), 'providers'],
    ['controller of messages', () => controller(), 'controllers'],
  ] as const)('comes before the interceptors of a %s, and goes again', (_, create, where) => {
    const Handler = create();
    Reflect.defineMetadata(INTERCEPTORS, ['theirs'], Handler);
    const undo = bindToMessageHandlers(containerOf({ [where]: [Handler, Handler] }), interceptor);
    expect(boundTo(Handler)).toEqual([expect.objectContaining({}), 'theirs']);
    expect(run(Handler, 'rpc')).toBe(OURS);
    undo();
    expect(boundTo(Handler)).toEqual(['theirs']);
  });

  it('leaves the routes of the same controller to the global interceptor', () => {
    const Handler = controller();
    bindToMessageHandlers(containerOf({ controllers: [Handler] }), interceptor);
    expect(run(Handler, 'http')).toBe(HANDLED);
  });

  it('finds handlers a class has inherited', () => {
    class Derived extends controller() {}
    const undo = bindToMessageHandlers(containerOf({ controllers: [Derived] }), interceptor);
    expect(boundTo(Derived)).toHaveLength(1);
    undo();
    expect(boundTo(Derived)).toBeUndefined();
  });

  it('leaves others alone', () => {
    class Service {}
    class Routes {
      find(): void {}
    }
    const arrow = () => {};
    const container = containerOf({
      providers: [Service, arrow, null, undefined, controller()],
      controllers: [Routes, arrow, null],
    });
    bindToMessageHandlers(container, interceptor);
    for (const other of [Service, Routes, arrow]) expect(boundTo(other)).toBeUndefined();
  });

  it('does not give a gateway the interceptors of its base class twice', () => {
    const Base = gateway();
    Reflect.defineMetadata(INTERCEPTORS, ['of the base'], Base);
    class Derived extends Base {}
    const undo = bindToMessageHandlers(containerOf({ providers: [Derived] }), interceptor);
    expect(Reflect.getOwnMetadata(INTERCEPTORS, Base)).toEqual(['of the base']);
    undo();
    expect(boundTo(Derived)).toEqual(['of the base']);
  });
});

describe('handlesMoreThanRequests', () => {
  function resolver(): new () => object {
    class Resolver {
      dish(): void {}
    }
    Reflect.defineMetadata('graphql:resolver_type', 'Query', Resolver.prototype.dish);
    return Resolver;
  }

  it('finds handlers of messages and operations, also inherited ones', () => {
    class Derived extends resolver() {}
    expect(handlesMoreThanRequests(containerOf({ providers: [gateway()] }))).toBe(true);
    expect(handlesMoreThanRequests(containerOf({ controllers: [controller()] }))).toBe(true);
    expect(handlesMoreThanRequests(containerOf({ providers: [Derived] }))).toBe(true);
  });

  it('finds nothing in routes and services', () => {
    class Routes {
      find(): void {}
    }
    const container = containerOf({ providers: [Routes, null, () => {}], controllers: [Routes] });
    expect(handlesMoreThanRequests(container)).toBe(false);
  });

  it('does not look into proxies', () => {
    const looks = vi.fn<(target: object) => string[]>((target) => Object.keys(target));
    class Service {}
    Object.setPrototypeOf(Service.prototype, new Proxy({}, { ownKeys: looks }));
    expect(handlesMoreThanRequests(containerOf({ providers: [Service] }))).toBe(false);
    expect(looks).not.toHaveBeenCalled();
  });
});
