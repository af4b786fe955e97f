import { Controller, Injectable, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  MessagePattern,
  Transport,
  type ClientProxy,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { OtelModule, Traced, type SamplingOptions } from 'nestrace';
import { expectTrace, InMemoryTelemetry } from 'nestrace/testing';
import { firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { untraced } from '../../support/client.js';
import { freePort } from '../../support/demo.js';

@Injectable()
class Reports {
  @Traced()
  daily(isBad: boolean): number {
    if (isBad) throw new RangeError('no data');
    return 1;
  }
}

@Controller()
class SumController {
  @MessagePattern('sum')
  sum(numbers: number[]): number {
    if (numbers.length === 0) throw new RangeError('nothing to add');
    return numbers.reduce((sum, number) => sum + number, 0);
  }

  @MessagePattern('ping')
  ping(): string {
    return 'pong';
  }
}

const telemetry = new InMemoryTelemetry();
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
  telemetry.clear();
});

function moduleWith(sampling: SamplingOptions): DynamicModule {
  @Module({ controllers: [SumController], providers: [Reports] })
  class SumModule {}
  return {
    module: SumModule,
    imports: [
      OtelModule.forRoot({
        exporters: 'none',
        panel: false,
        lifecycle: false,
        processors: [telemetry],
        sampling,
      }),
    ],
  };
}

/** A microservice, and who sends it messages. */
async function serve(sampling: SamplingOptions): Promise<ClientProxy> {
  const options = { host: '127.0.0.1', port: await freePort() };
  const server = await NestFactory.createMicroservice<MicroserviceOptions>(moduleWith(sampling), {
    transport: Transport.TCP,
    options,
    logger: false,
  });
  await server.listen();
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options });
  closing.push(
    () => server.close(),
    () => client.close(),
  );
  return client;
}

const send = (client: ClientProxy, pattern: string, data: unknown): Promise<unknown> =>
  untraced(() => firstValueFrom(client.send<unknown>(pattern, data)).catch(() => 'failed'));

describe('messages', () => {
  it('are sampled by rules on their transport and name', async () => {
    const client = await serve({
      ratio: 1,
      rules: [
        { match: { transport: 'http' }, ratio: 1 },
        { match: 'ping', ratio: 0 },
        { match: { transport: 'rpc' }, ratio: 1 },
        { match: '*', ratio: 0 },
      ],
    });
    expect(await send(client, 'ping', {})).toBe('pong');
    expect(await send(client, 'sum', [1, 2])).toBe(3);
    await telemetry.waitForTrace('sum');
    expect(telemetry.spans().map(({ name }) => name)).not.toContain('ping');
  });

  it('are kept when they fail', async () => {
    const client = await serve({ ratio: 0 });
    await send(client, 'sum', [1, 2]);
    await send(client, 'sum', []);
    const spans = await telemetry.waitForTrace();
    expectTrace(spans, {
      name: 'sum',
      kind: 'SERVER',
      status: 'ERROR',
      attributes: { 'nest.trace.kept': 'error', 'rpc.method': 'sum', 'error.type': 'RangeError' },
      exceptions: ['RangeError'],
    });
    expect(spans).toHaveLength(1);
  });
});

describe('work outside of any request', () => {
  const run = async (sampling: SamplingOptions): Promise<Reports> => {
    const app = await NestFactory.createApplicationContext(moduleWith(sampling), { logger: false });
    closing.push(() => app.close());
    return app.get(Reports);
  };

  it('is sampled by rules on its name', async () => {
    const reports = await run({ ratio: 0, rules: [{ match: 'Reports.*', ratio: 1 }] });
    reports.daily(false);
    expectTrace(telemetry.spans(), { name: 'Reports.daily', status: 'UNSET' });
  });

  it('is kept when it fails', async () => {
    const reports = await run({ ratio: 0 });
    reports.daily(false);
    expect(() => reports.daily(true)).toThrow('no data');
    expectTrace(telemetry.spans(), {
      name: 'Reports.daily',
      status: 'ERROR',
      attributes: { 'nest.trace.kept': 'error' },
      exceptions: ['RangeError'],
    });
  });
});
