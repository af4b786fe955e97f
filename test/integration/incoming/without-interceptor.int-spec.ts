import { Controller, Module, type DynamicModule, type Type } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { MessagePattern } from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Query, Resolver } from '@nestjs/graphql';
import { OtelModule, type OtelModuleOptions } from 'nestrace';
import { expectTrace, InMemoryTelemetry } from 'nestrace/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { kitchenWith } from './kitchen.js';

const handled = (handler: string) => ({
  'nest.controller': 'Kitchen',
  'nest.handler': handler,
  'nest.module': 'KitchenModule',
});

describe.each(ADAPTERS)('an application of requests alone on %s', (_, adapter) => {
  const telemetry = new InMemoryTelemetry();
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp(kitchenWith(telemetry, { autoTrace: true }), adapter());
  });
  afterEach(() => {
    telemetry.clear();
  });
  afterAll(async () => {
    await running.close();
  });

  it('has no interceptor of nestrace', () => {
    expect(running.app.get(ApplicationConfig).getGlobalInterceptors()).toEqual([]);
  });

  it.each([
    ['an answer', '/kitchen/menu', 'menu', 200],
    ['a refusing pipe', '/kitchen/tables/round', 'table', 400],
    ['a denying guard', '/kitchen/closed', 'closed', 403],
    ['a thrown 404', '/kitchen/missing', 'missing', 404],
  ])('knows the handler of %s', async (_what, path, handler, status) => {
    expect((await call(running.url + path)).status).toBe(status);
    const spans = await telemetry.waitForTrace();
    const root = spans.find(({ kind }) => kind === 'SERVER');
    expect(root?.attributes).toMatchObject(handled(handler));
    expect(root?.status.code).toBe('UNSET');
    expect(root?.attributes).not.toHaveProperty('error.type');
  });

  it.each([
    ['the handler', '/kitchen/smoke', 'smoke', 500, 'RangeError', 'ERROR'],
    ['a provider', '/kitchen/fire', 'fire', 500, 'RangeError', 'ERROR'],
    ['a guard', '/kitchen/broken-guard', 'brokenGuard', 500, 'TypeError', 'ERROR'],
    ['the handler, answered by a filter', '/kitchen/burnt', 'burnt', 418, undefined, 'UNSET'],
  ])('knows what %s throws', async (_what, path, handler, status, type, outcome) => {
    expect((await call(running.url + path)).status).toBe(status);
    const spans = await telemetry.waitForTrace();
    const root = spans.find(({ kind }) => kind === 'SERVER');
    expect(root?.attributes).toMatchObject(handled(handler));
    expect(root?.attributes['error.type']).toBe(type);
    expect(root?.status.code).toBe(outcome);
    expect(root?.attributes['nest.exception.origin']).toEqual(expect.any(String));
    const thrown = spans.flatMap(({ events }) => events).filter(({ name }) => name === 'exception');
    expect(thrown).toHaveLength(1);
  });
});

describe('the interceptor', () => {
  @Controller()
  class Messages {
    @MessagePattern('sum')
    sum(): number {
      return 1;
    }
  }

  @WebSocketGateway()
  class Gateway {
    @SubscribeMessage('event')
    event(): void {}
  }

  @Resolver()
  class Dishes {
    @Query(() => String)
    dish(): string {
      return 'soup';
    }
  }

  /** Does not tell that it never calls the hook. */
  class DeafAdapter extends ExpressAdapter {
    override setOnRequestHook(): void {}
  }

  function moduleWith(options: OtelModuleOptions, ...owners: Type[]): DynamicModule {
    const tracing = { exporters: 'none', processors: [new InMemoryTelemetry()] } as const;
    @Module({ imports: [OtelModule.forRoot({ ...tracing, ...options })] })
    class Root {}
    const controllers = owners.filter((owner) => owner === Messages);
    return { module: Root, controllers, providers: owners.filter((owner) => owner !== Messages) };
  }

  async function interceptorsOf(
    module: DynamicModule,
    adapter = new ExpressAdapter(),
  ): Promise<number> {
    const builder = Test.createTestingModule({ imports: [module] });
    const app = (await builder.compile()).createNestApplication(adapter, { logger: false });
    app.useWebSocketAdapter(new WsAdapter(app));
    await app.init();
    const { length } = app.get(ApplicationConfig).getGlobalInterceptors();
    await app.close();
    return length;
  }

  it.each<readonly [string, Type[]]>([
    ['messages', [Messages]],
    ['a gateway', [Gateway]],
    ['operations of GraphQL', [Dishes]],
  ])('is there for %s', async (_what, owners) => {
    expect(await interceptorsOf(moduleWith({}, ...owners))).toBe(1);
  });

  it.each<readonly [string, OtelModuleOptions]>([
    ['filters are not traced', { autoTrace: false }],
    ['only handlers are traced', { autoTrace: { level: 'minimal' } }],
  ])('is there where %s', async (_what, options) => {
    expect(await interceptorsOf(moduleWith(options))).toBe(1);
  });

  it('is there where the adapter may not call hooks', async () => {
    expect(await interceptorsOf(moduleWith({}), new DeafAdapter())).toBe(1);
  });

  it.each<readonly [string, OtelModuleOptions]>([
    ['requests are traced otherwise', {}],
    ['requests are not traced', { autoTrace: false, http: false }],
    ['tracing is off', { enabled: false, autoTrace: false }],
  ])('is not there where %s', async (_what, options) => {
    expect(await interceptorsOf(moduleWith(options))).toBe(0);
  });

  it('finds a hook of the application in its place', async () => {
    const telemetry = new InMemoryTelemetry();
    const running = await startApp(kitchenWith(telemetry, { autoTrace: true }), undefined, {
      configure: (app) => {
        const adapter = app.getHttpAdapter() as ExpressAdapter;
        adapter.setOnRequestHook((_request, response, done) => {
          (response as { setHeader(name: string, value: string): void }).setHeader('x-hook', 'yes');
          done();
        });
      },
    });
    const answer = await call(`${running.url}/kitchen/menu`);
    expect(answer.headers['x-hook']).toBe('yes');
    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /kitchen/menu',
      children: [{ name: 'Kitchen.menu' }],
    });
    await running.close();
  });
});
