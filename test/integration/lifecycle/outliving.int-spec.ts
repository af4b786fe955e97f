import 'reflect-metadata';
import { Injectable, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { context, propagation, type Tracer } from '@opentelemetry/api';
import { InjectTracer, NoTrace, Traced, TraceService, type OtelModuleOptions } from 'nestrace';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEchoServer, type EchoServer } from '../../support/echo-server.js';
import { waitUntil } from '../../support/wait-until.js';
import { lifecycleTelemetry, NoStart, workshopWith } from './workshop.js';

const telemetry = lifecycleTelemetry();
const EVERY_MS = 2;

let echo: EchoServer;
let app: INestApplicationContext;

beforeAll(async () => {
  echo = await startEchoServer();
});
afterAll(async () => {
  await echo.close();
});
beforeEach(() => {
  telemetry.clear();
});
afterEach(async () => {
  await app.close();
});

@Injectable()
class Meter {
  read(): void {}
}

/** Goes on and on, in the context of the hook that has started it. */
@Injectable()
class Watchman {
  private timer: NodeJS.Timeout | undefined;
  /** What a round of his leaves in the trace, by how it is made. */
  traceIds: (string | undefined)[] = [];
  readonly carriers: Record<string, string>[] = [];
  rounds = 0;
  /** The round he is on; there is one at a time. */
  private current: Promise<void> | undefined;

  constructor(
    private readonly source: DataSource,
    private readonly trace: TraceService,
    private readonly meter: Meter,
    @InjectTracer() private readonly tracer: Tracer,
  ) {}

  async onModuleInit(): Promise<void> {
    this.timer = setInterval(() => {
      this.current ??= this.round().finally(() => (this.current = undefined));
    }, EVERY_MS);
    await this.look();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.current;
  }

  private async round(): Promise<void> {
    this.traceIds.push(this.trace.traceId());
    const carrier = {};
    propagation.inject(context.active(), carrier);
    this.carriers.push(carrier);
    this.tracer.startSpan('by hand').end();
    this.tracer.startActiveSpan('by hand, active', (span) => {
      this.trace.withSpan('below', () => {});
      span.end();
    });
    this.trace.withSpan('with', () => {});
    this.meter.read();
    await this.hide();
    await this.look();
    await this.source.query('SELECT 1');
    await this.call();
    this.rounds++;
  }

  @Traced()
  async look(): Promise<void> {
    await this.source.query('SELECT 2');
    this.meter.read();
  }

  @NoTrace()
  async hide(): Promise<void> {
    this.trace.withSpan('hidden', () => {});
    await this.call();
  }

  private async call(): Promise<void> {
    await (await fetch(`http://127.0.0.1:${echo.port}/round`)).text();
  }
}

async function start(options: OtelModuleOptions = {}): Promise<Watchman> {
  app = await NestFactory.createApplicationContext(
    workshopWith(telemetry, {
      options,
      module: {
        imports: [TypeOrmModule.forRoot({ type: 'sqljs' })],
        providers: [Watchman, Meter],
      },
    }),
    { logger: false, abortOnError: false },
  );
  return app.get(Watchman);
}

async function rounds(watchman: Watchman, count: number): Promise<void> {
  const until = watchman.rounds + count;
  await waitUntil(() => watchman.rounds >= until, `${count} rounds are done`);
}

/** Only what one round after the start leaves behind. */
async function afterTheStart(watchman: Watchman): Promise<void> {
  // One that began while the application started may end much later.
  await rounds(watchman, 20);
  telemetry.clear();
  watchman.traceIds = [];
  watchman.carriers.length = 0;
  echo.received.length = 0;
  await rounds(watchman, 20);
}

/** What a round leaves behind when the start is over. */
const ROOTS = ['GET', 'SELECT', 'Watchman.look', 'by hand', 'by hand, active', 'with'];

/** Names of the spans of the last trace with this root, sorted: queries may be held back. */
function lastTrace(name: string): readonly string[] {
  const root = telemetry.spans().findLast((span) => span.name === name);
  return telemetry
    .spans()
    .filter(({ traceId }) => traceId === root?.traceId)
    .map((span) => span.name)
    .toSorted();
}

describe('a timer that was started in a hook', () => {
  it('belongs to the start only as long as that lasts', async () => {
    const watchman = await start();
    const { traceId } = await telemetry.waitForSpan('app.bootstrap');
    const bootstrap = await telemetry.waitForTrace('app.bootstrap');
    expect(bootstrap.map(({ name }) => name)).toContain('Watchman.look');
    await afterTheStart(watchman);
    expect(telemetry.spans().filter((span) => span.traceId === traceId)).toEqual([]);
  });

  it('makes roots of its own of what is asked for by name, and of queries and calls', async () => {
    await afterTheStart(await start());
    const roots = telemetry.spans().filter(({ parentSpanId }) => parentSpanId === undefined);
    expect([...new Set(roots.map(({ name }) => name))].toSorted()).toEqual(ROOTS);
    expect(lastTrace('Watchman.look')).toEqual(['Meter.read', 'SELECT', 'Watchman.look']);
    expect(lastTrace('by hand, active')).toEqual(['below', 'by hand, active']);
  });

  it('links its operations to the start, and neither queries nor calls', async () => {
    const watchman = await start();
    const bootstrap = await telemetry.waitForTrace('app.bootstrap');
    const hook = bootstrap.find(({ name }) => name === 'Watchman.onModuleInit');
    await afterTheStart(watchman);
    const roots = telemetry.spans().filter(({ parentSpanId }) => parentSpanId === undefined);
    const linked = new Map(roots.map(({ name, links }) => [name, links.map((one) => one.spanId)]));
    const toTheHook = [hook?.spanId];
    expect(Object.fromEntries(linked)).toEqual({
      GET: [],
      SELECT: [],
      'Watchman.look': toTheHook,
      'by hand': toTheHook,
      'by hand, active': toTheHook,
      with: toTheHook,
    });
  });

  it('is in no trace, and sends none along', async () => {
    const watchman = await start();
    const bootstrap = await telemetry.waitForSpan('app.bootstrap');
    await afterTheStart(watchman);
    expect(new Set(watchman.traceIds)).toEqual(new Set([undefined]));
    expect(new Set(watchman.carriers.map((carrier) => Object.keys(carrier).length))).toEqual(
      new Set([0]),
    );
    const sent = echo.received.map(({ headers }) => String(headers['traceparent']));
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.filter((header) => header.includes(bootstrap.traceId))).toEqual([]);
    const calls = telemetry.spans().filter(({ name }) => name === 'GET');
    const recorded = sent.filter((header) => header.endsWith('-01'));
    expect(calls.map(({ traceId }) => traceId)).toEqual(
      expect.arrayContaining(recorded.slice(0, 10).map((header) => header.split('-')[1])),
    );
  });

  it('does not wait for a server that cannot listen', async () => {
    const http = await NestFactory.create(
      workshopWith(telemetry, {
        module: {
          imports: [TypeOrmModule.forRoot({ type: 'sqljs' })],
          providers: [Watchman, Meter],
        },
      }),
      { logger: false, abortOnError: false },
    );
    app = http;
    http.getHttpAdapter().listen = () => {};
    void http.listen(0);
    const phase = await telemetry.waitForSpan('onApplicationBootstrap');
    expect(telemetry.openSpans()).toContain('app.bootstrap');
    await afterTheStart(http.get(Watchman));
    expect(telemetry.spans().filter((span) => span.traceId === phase.traceId)).toEqual([]);
  });
});

describe('a timer that was started in a hook nobody records', () => {
  it('is recorded as soon as the start is over', async () => {
    const watchman = await start({ sampling: { sampler: new NoStart() } });
    expect(telemetry.spans()).toEqual([]);
    await afterTheStart(watchman);
    const roots = telemetry.spans().filter(({ parentSpanId }) => parentSpanId === undefined);
    expect([...new Set(roots.map(({ name }) => name))].toSorted()).toEqual(ROOTS);
    expect(roots.filter(({ links }) => links.length > 0)).toEqual([]);
  });
});

describe('a timer that was started in a hook nobody wants to see', () => {
  @Injectable()
  class Thief {
    rounds = 0;
    private timer: NodeJS.Timeout | undefined;

    constructor(private readonly trace: TraceService) {}

    @NoTrace()
    onModuleInit(): void {
      this.timer = setInterval(() => {
        this.trace.withSpan('theft', () => {});
        this.rounds++;
      }, EVERY_MS);
    }

    onModuleDestroy(): void {
      clearInterval(this.timer);
    }
  }

  it('is never seen', async () => {
    app = await NestFactory.createApplicationContext(
      workshopWith(telemetry, { module: { providers: [Thief] } }),
      { logger: false, abortOnError: false },
    );
    const thief = app.get(Thief);
    await telemetry.waitForTrace('app.bootstrap');
    await waitUntil(() => thief.rounds > 10, 'ten rounds are done');
    expect(telemetry.spans().map(({ name }) => name)).not.toContain('theft');
  });
});

describe('what hooks have left running in two applications', () => {
  it('is recorded in the application it belongs to', async () => {
    const watchman = await start();
    const others = lifecycleTelemetry();
    const other = await NestFactory.createApplicationContext(
      workshopWith(others, { options: { service: { name: 'other' } } }),
      { logger: false, abortOnError: false },
    );
    others.clear();
    await afterTheStart(watchman);
    expect(telemetry.spans().length).toBeGreaterThan(0);
    expect(others.spans()).toEqual([]);
    await other.close();
  });
});
