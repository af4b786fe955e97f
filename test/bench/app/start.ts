import 'reflect-metadata';
import type { INestApplication, ModuleMetadata, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { answerQuestions } from './answer-questions.js';
import { BenchModule } from './bench.module.js';
import { plan } from './plan.js';

/** What a way of tracing adds to the application. */
export interface Tracing {
  readonly imports?: NonNullable<ModuleMetadata['imports']>;
  readonly instrument?: NestApplicationOptions['instrument'];
  /** Called before the application listens. */
  readonly prepare?: (app: INestApplication) => void;
  /** Sends what waits to be sent. */
  readonly flush?: (app: INestApplication) => Promise<void>;
}

/** Starts the application and answers whoever has started this process. */
export async function start(tracing: Tracing = {}): Promise<void> {
  const adapter = plan.adapter === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
  const app = await NestFactory.create(BenchModule.with(tracing.imports ?? []), adapter, {
    logger: ['warn', 'error'],
    ...(tracing.instrument !== undefined && { instrument: tracing.instrument }),
  });
  tracing.prepare?.(app);
  await app.listen(0, '127.0.0.1');
  answerQuestions(app, async () => tracing.flush?.(app));
  const { user, system } = process.cpuUsage();
  const started = { startedMs: performance.now(), startedCpuMs: (user + system) / 1000 };
  process.send?.({ url: await app.getUrl(), ...started });
}
