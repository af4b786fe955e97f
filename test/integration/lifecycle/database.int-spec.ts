import 'reflect-metadata';
import { Injectable, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OtelTypeOrmSubscriber } from 'nestrace/typeorm';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectTrace, type SpanView } from 'nestrace/testing';
import {
  BOOTSTRAP,
  hook,
  INIT,
  INJECTION,
  lifecycle,
  lifecycleTelemetry,
  NoStart,
  workshopWith,
} from './workshop.js';

const telemetry = lifecycleTelemetry();
const quiet = { logger: false, abortOnError: false } as const;

let app: INestApplicationContext | undefined;

beforeEach(() => {
  telemetry.clear();
});
afterEach(async () => {
  await app?.close();
  app = undefined;
});

class CreateShelves1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE shelves (id integer PRIMARY KEY)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE shelves');
  }
}

function database(): DynamicModule {
  return TypeOrmModule.forRoot({
    type: 'sqljs',
    migrations: [CreateShelves1700000000000],
    migrationsRun: true,
    subscribers: [OtelTypeOrmSubscriber],
  });
}

const below = (spans: readonly SpanView[], name: string): readonly string[] => {
  const parent = spans.find((span) => span.name === name);
  return spans
    .filter(({ parentSpanId }) => parentSpanId === parent?.spanId)
    .map((span) => span.name);
};

describe.each(['before', 'after'])('a database that is imported %s OtelModule', (order) => {
  function start(): Promise<INestApplicationContext> {
    const { imports = [], ...workshop } = workshopWith(telemetry);
    return NestFactory.createApplicationContext(
      {
        ...workshop,
        imports: order === 'before' ? [database(), ...imports] : [...imports, database()],
      },
      quiet,
    );
  }

  it('is migrated while dependencies are injected', async () => {
    app = await start();
    const spans = await telemetry.waitForTrace('app.bootstrap');
    expect(below(spans, 'app.bootstrap')).toEqual([
      'dependency injection',
      'onModuleInit',
      'onApplicationBootstrap',
    ]);
    expect(below(spans, 'dependency injection')).toEqual(['DataSource.initialize']);
    expect(below(spans, 'DataSource.initialize')).toContain('CREATE TABLE shelves');
    expect(telemetry.spans()).toHaveLength(spans.length);
    const injection = spans.find(({ name }) => name === 'dependency injection');
    const initialize = spans.find(({ name }) => name === 'DataSource.initialize');
    const end = ({ startTime, durationMs }: SpanView): number => startTime + durationMs;
    expect(initialize?.startTime).toBeGreaterThanOrEqual(injection?.startTime ?? Infinity);
    expect(end(initialize as SpanView)).toBeLessThanOrEqual(end(injection as SpanView));
  });
});

describe('a query of a hook', () => {
  it('is shown below it, at the start and at the end', async () => {
    @Injectable()
    class Stock {
      constructor(private readonly source: DataSource) {}

      async onModuleInit(): Promise<void> {
        await this.source.query('SELECT 1 FROM sqlite_master');
      }

      async onModuleDestroy(): Promise<void> {
        await this.source.query('SELECT 2 FROM sqlite_master');
      }
    }
    app = await NestFactory.createApplicationContext(
      workshopWith(telemetry, {
        module: { imports: [TypeOrmModule.forRoot({ type: 'sqljs' })], providers: [Stock] },
      }),
      quiet,
    );
    const query = { name: 'SELECT sqlite_master', kind: 'CLIENT' } as const;
    expectTrace(
      await telemetry.waitForTrace('app.bootstrap'),
      lifecycle(
        'app.bootstrap',
        INJECTION,
        {
          ...INIT,
          children: [
            ...(INIT.children === 'any' ? [] : (INIT.children ?? [])),
            hook('Stock.onModuleInit', 'WorkshopModule', query),
          ],
        },
        BOOTSTRAP,
      ),
    );
    await app.close();
    app = undefined;
    const spans = await telemetry.waitForTrace('app.shutdown');
    expect(below(spans, 'Stock.onModuleDestroy')).toEqual(['SELECT sqlite_master']);
    expect(below(spans, 'onApplicationShutdown')).toContain(
      'TypeOrmCoreModule.onApplicationShutdown',
    );
  });
});

describe('queries of a start nobody records', () => {
  it('are not recorded either', async () => {
    const { imports = [], ...workshop } = workshopWith(telemetry, {
      options: { sampling: { sampler: new NoStart() } },
    });
    app = await NestFactory.createApplicationContext(
      { ...workshop, imports: [...imports, database()] },
      quiet,
    );
    expect(telemetry.spans()).toEqual([]);
    expect(telemetry.openSpans()).toEqual([]);
  });
});
