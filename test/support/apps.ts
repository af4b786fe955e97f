import type { DynamicModule, INestApplication, NestApplicationOptions, Type } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** Every suite of the HTTP edge runs on both. */
export const ADAPTERS: readonly (readonly [name: string, create: () => AbstractHttpAdapter])[] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter({ forceCloseConnections: true })],
];

export interface RunningApp {
  readonly app: INestApplication;
  /** For example `http://127.0.0.1:34567`. */
  readonly url: string;
  close(): Promise<void>;
}

export interface StartOptions extends NestApplicationOptions {
  /** Runs before the application listens: prefix, versioning, pipes. */
  readonly configure?: (app: INestApplication) => void;
}

/** Starts an application on a free port of the loopback interface. */
export async function startApp(
  module: Type | DynamicModule,
  adapter: AbstractHttpAdapter = new ExpressAdapter(),
  { configure, ...options }: StartOptions = {},
): Promise<RunningApp> {
  const app = await NestFactory.create(module, adapter, {
    logger: false,
    abortOnError: false,
    forceCloseConnections: true,
    ...options,
  });
  configure?.(app);
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl(), close: () => app.close() };
}
