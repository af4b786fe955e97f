import {
  Controller,
  Get,
  Inject,
  Module,
  type DynamicModule,
  type INestApplication,
  type MiddlewareConsumer,
  type ModuleMetadata,
  type NestModule,
  type Provider,
  type Type,
} from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { OtelModule, type OtelModuleOptions } from 'nestrace';
import { expectTrace, InMemoryTelemetry, type SpanExpectation } from 'nestrace/testing';
import { expect } from 'vitest';
import { startApp, type RunningApp } from '../../../support/apps.js';
import { call, type CallOptions } from '../../../support/client.js';
import { CollectedLog } from '../../../support/collected-log.js';

/** An application without its tracing. */
export interface Dish extends ModuleMetadata {
  readonly middleware?: (consumer: MiddlewareConsumer) => void;
  /** Runs before the application listens. */
  readonly prepare?: (app: INestApplication) => void;
}

/** Makes an application of new classes: wrappers sit on prototypes, and nobody else's may help. */
export type Recipe = () => Dish;

/** What a client gets, without what is never the same twice. */
export interface Served {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** A running application and a way to call it. */
export interface Table {
  readonly app: INestApplication;
  readonly url: string;
  get(path: string, options?: CallOptions): Promise<Served>;
  /** What a route answers, which is expected to be JSON. */
  ask(path: string): Promise<unknown>;
}

export interface Tasted<T> {
  /** The same in all ways. */
  readonly result: T;
  readonly telemetry: InMemoryTelemetry;
  /** Expects the whole trace of a route. */
  expectTrace(name: string | RegExp, children: SpanExpectation['children']): Promise<void>;
}

export interface TasteOptions {
  readonly adapter?: () => AbstractHttpAdapter;
  readonly otel?: OtelModuleOptions;
}

export function tracing(telemetry: InMemoryTelemetry, otel: OtelModuleOptions = {}): DynamicModule {
  return OtelModule.forRoot({
    exporters: 'none',
    processors: [telemetry],
    sampling: { strategy: 'always' },
    lifecycle: false,
    http: { requestIdHeader: false, traceIdHeader: false },
    ...otel,
  });
}

/**
 * Starts an application without tracing, with tracing that is switched off, and traced; does the
 * same with each of them and expects the same of all.
 */
export async function tasteAll<T>(
  recipe: Recipe,
  taste: (table: Table) => Promise<T>,
  { adapter, otel }: TasteOptions = {},
): Promise<Tasted<T>> {
  const telemetry = new InMemoryTelemetry();
  const bare = await tasteOnce(recipe(), taste, adapter?.());
  const off = await tasteOnce(recipe(), taste, adapter?.(), OtelModule.forRoot({ enabled: false }));
  const result = await tasteOnce(recipe(), taste, adapter?.(), tracing(telemetry, otel));
  expect(off).toStrictEqual(bare);
  expect(result).toStrictEqual(bare);
  return {
    result,
    telemetry,
    expectTrace: async (name, children = []) => {
      expectTrace(await telemetry.waitForTrace(name), { name, children });
    },
  };
}

async function tasteOnce<T>(
  dish: Dish,
  taste: (table: Table) => Promise<T>,
  adapter: AbstractHttpAdapter | undefined,
  otel?: DynamicModule,
): Promise<T> {
  const log = new CollectedLog();
  const running = await serve(dish, { adapter, otel, log });
  try {
    return await taste(tableOf(running));
  } finally {
    await running.close();
    expect(log.troubles, 'what nestrace could not do').toEqual([]);
  }
}

export interface ServeOptions {
  readonly adapter?: AbstractHttpAdapter | undefined;
  readonly otel?: DynamicModule | undefined;
  readonly log?: CollectedLog;
}

/** Starts an application. */
export function serve(
  dish: Dish,
  { adapter, otel, log = new CollectedLog() }: ServeOptions = {},
): Promise<RunningApp> {
  return startApp(moduleOf(dish, otel), adapter, {
    logger: log,
    configure: (app) => dish.prepare?.(app),
  });
}

export function moduleOf(dish: Dish, otel?: DynamicModule): DynamicModule {
  const { middleware, imports = [], controllers = [], providers = [], exports = [] } = dish;

  @Module({})
  class RootModule implements NestModule {
    configure(consumer: MiddlewareConsumer): void {
      middleware?.(consumer);
    }
  }
  return {
    module: RootModule,
    controllers,
    providers,
    exports,
    imports: [...imports, ...(otel === undefined ? [] : [otel])],
  };
}

export function tableOf({ app, url }: RunningApp): Table {
  const get: Table['get'] = async (path, options) => {
    const { status, headers, text } = await call(url + path, options);
    const { date: _, ...lasting } = headers;
    return { status, headers: lasting, text };
  };
  return { app, url, get, ask: async (path) => JSON.parse((await get(path)).text) as unknown };
}

export interface Asked {
  /** What came back, the same in all ways. */
  readonly result: unknown;
  readonly telemetry: InMemoryTelemetry;
  /** Expects these spans below that of the handler, and no others. */
  expectSpans(...children: readonly (SpanExpectation | string)[]): Promise<void>;
}

/**
 * Calls a provider in a request, in all ways. The first of the providers is the one, what the call
 * returns goes to the client as JSON.
 */
export async function askProvider<P>(
  define: () => readonly [Type<P> | Provider<P>, ...Provider[]],
  use: (provider: P) => unknown,
  options?: TasteOptions,
): Promise<Asked> {
  const tasted = await tasteAll(
    () => {
      const providers = define();
      const [first] = providers;

      @Controller()
      class Waiter {
        constructor(
          @Inject('provide' in first ? first.provide : first) private readonly provider: P,
        ) {}

        @Get('serve')
        async serve(): Promise<unknown> {
          return { value: await use(this.provider) };
        }
      }
      return { controllers: [Waiter], providers: [...providers] };
    },
    ({ ask }) => ask('/serve'),
    options,
  );
  return {
    result: (tasted.result as { value: unknown }).value,
    telemetry: tasted.telemetry,
    expectSpans: (...children) =>
      tasted.expectTrace('GET /serve', [
        {
          name: 'Waiter.serve',
          status: 'UNSET',
          children: children.map((child) => (typeof child === 'string' ? { name: child } : child)),
        },
      ]),
  };
}
