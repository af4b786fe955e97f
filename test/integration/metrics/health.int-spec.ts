import 'reflect-metadata';
import { Controller, Get, Module, type DynamicModule } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { OtelHealthIndicator, type OtelHealthOptions, type OtelModuleOptions } from 'nestrace';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { startOtlpHttpReceiver } from '../../support/receivers/otlp-http.receiver.js';
import type { Receiver } from '../../support/receivers/receiver.js';
import { deliveryOf, flush, workshop } from './workshop.js';

const LATER = { scheduledDelayMs: 3_600_000 };

let wanted: OtelHealthOptions | undefined;
const running: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const opened of running.splice(0).toReversed()) await opened.close();
});

@Controller('status')
class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly otel: OtelHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  check(): Promise<unknown> {
    return this.health.check([() => this.otel.isHealthy('opentelemetry', wanted)]);
  }

  @Get('renamed')
  @HealthCheck()
  renamed(): Promise<unknown> {
    return this.health.check([() => this.otel.isHealthy('tracing')]);
  }
}

function withHealth(options: OtelModuleOptions): DynamicModule {
  @Module({
    imports: [workshop(options), TerminusModule.forRoot({ logger: false })],
    controllers: [HealthController],
  })
  class AppModule {}
  return { module: AppModule };
}

interface Health {
  readonly httpStatus: number;
  readonly status: string;
  readonly details: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

async function askFor(url: string): Promise<Health> {
  const { status, text } = await call(url);
  return { httpStatus: status, ...(JSON.parse(text) as Omit<Health, 'httpStatus'>) };
}

describe.each(ADAPTERS)('the health indicator on %s', (_name, createAdapter) => {
  let app: RunningApp;
  let receiver: Receiver<unknown>;

  async function start(options: OtelModuleOptions = {}): Promise<void> {
    receiver = await startOtlpHttpReceiver();
    running.push(receiver);
    app = await startApp(
      withHealth({
        exporters: { type: 'otlp', protocol: 'http/protobuf', endpoint: receiver.url },
        batch: { ...LATER, maxQueueSize: 10 },
        delivery: { retry: { maxAttempts: 1 }, keepMs: 0, breaker: { failures: 2 } },
        ...options,
      }),
      createAdapter(),
    );
    running.push(app);
  }

  async function health(options?: OtelHealthOptions): Promise<Health> {
    wanted = options;
    return askFor(`${app.url}/status`);
  }

  it('tells up, with the state of every exporter', async () => {
    await start();
    const before = await health();
    expect(before).toMatchObject({ httpStatus: 200, status: 'ok' });
    const name = deliveryOf(app).label;
    expect(before.details).toEqual({
      opentelemetry: {
        status: 'up',
        state: 'ok',
        exporters: [
          {
            name,
            state: 'idle',
            breaker: 'closed',
            queued: 0,
            capacity: 10,
            exported: 0,
            dropped: 0,
            failed: 0,
          },
        ],
      },
    });
    await call(`${app.url}/work`);
    await flush(app);
    // The first request for the health has left a span, too.
    expect((await health()).details['opentelemetry']).toMatchObject({
      exporters: [{ state: 'ok', exported: 3, queued: 0 }],
    });
  });

  it('tells up while a backend fails, since the application serves its users', async () => {
    await start();
    await receiver.behave({ kind: 'status', status: 401 });
    await call(`${app.url}/work`);
    await flush(app);
    const { httpStatus, status, details } = await health();
    expect({ httpStatus, status }).toEqual({ httpStatus: 200, status: 'ok' });
    expect(details['opentelemetry']).toMatchObject({
      status: 'up',
      state: 'failing',
      exporters: [
        {
          state: 'failing',
          failed: 2,
          failingForMs: expect.any(Number) as number,
          lastError: expect.stringContaining('401') as string,
          hint: 'The credentials are missing or wrong. Check the headers of the exporter.',
        },
      ],
    });
  });

  it('tells down while a backend fails, where it is to be strict', async () => {
    await start();
    await receiver.behave({ kind: 'status', status: 401 }, { kind: 'ok' });
    expect(await health({ strict: true })).toMatchObject({ httpStatus: 200, status: 'ok' });
    await flush(app);
    const down = await health({ strict: true });
    expect(down).toMatchObject({ httpStatus: 503, status: 'error' });
    expect(down.details['opentelemetry']).toMatchObject({
      status: 'down',
      state: 'failing',
      message: expect.stringMatching(/^otlp .+ has failed for \d+ ms$/) as string,
    });
    await flush(app);
    expect(await health({ strict: true })).toMatchObject({ httpStatus: 200, status: 'ok' });
  });

  it('tells down after a time', async () => {
    await start();
    await receiver.behave({ kind: 'status', status: 401 });
    await call(`${app.url}/work`);
    await flush(app);
    expect((await health({ maxFailingMs: 3_600_000 })).httpStatus).toBe(200);
    expect((await health({ maxFailingMs: 0 })).httpStatus).toBe(503);
  });

  it('tells down with a full queue', async () => {
    await start();
    expect((await health({ maxQueueUsage: 0.5 })).httpStatus).toBe(200);
    for (let n = 0; n < 4; n++) await call(`${app.url}/work`);
    const down = await health({ maxQueueUsage: 0.5 });
    expect(down.httpStatus).toBe(503);
    expect(down.details['opentelemetry']?.['message']).toMatch(/ has 9 of 10 spans$/);
  });

  it('tells nothing but states where it is to be brief', async () => {
    await start();
    await receiver.behave({ kind: 'status', status: 401 });
    await call(`${app.url}/work`);
    await flush(app);
    expect((await health({ brief: true, strict: true })).details).toEqual({
      opentelemetry: { status: 'down', state: 'failing', exporters: [{ state: 'failing' }] },
    });
  });

  it('tells no credentials', async () => {
    const url = new URL('http://someone:pa55word@127.0.0.1:9/v1/traces?api_key=s3cret');
    await start({ exporters: { type: 'otlp', protocol: 'http/protobuf', endpoint: url.href } });
    await call(`${app.url}/work`);
    await flush(app);
    const text = JSON.stringify(await health());
    expect(text).toContain('failing');
    expect(text).not.toContain('pa55word');
    expect(text).not.toContain('s3cret');
  });

  it('tells that a backend is left alone', async () => {
    await start();
    await receiver.behave({ kind: 'status', status: 503 });
    for (let n = 0; n < 3; n++) {
      await call(`${app.url}/work`);
      await flush(app);
    }
    expect((await health()).details['opentelemetry']).toMatchObject({
      exporters: [{ state: 'failing', breaker: 'open' }],
    });
  });

  it('takes another name', async () => {
    await start({ exporters: 'none' });
    const { details } = await askFor(`${app.url}/status/renamed`);
    expect(details).toEqual({ tracing: { status: 'up', state: 'ok', exporters: [] } });
  });

  it('tells that tracing is off, and is up', async () => {
    await start({ enabled: false });
    expect((await health({ strict: true })).details).toEqual({
      opentelemetry: { status: 'up', state: 'off', exporters: [] },
    });
  });
});
