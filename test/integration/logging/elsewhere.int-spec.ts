import type { AddressInfo, Server } from 'node:net';
import { Controller, Injectable, Logger, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  MessagePattern,
  Transport,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { Interval, ScheduleModule } from '@nestjs/schedule';
import { OtelModule } from 'nestrace';
import { InMemoryTelemetry } from 'nestrace/testing';
import { lastValueFrom, timeout } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { untraced } from '../../support/client.js';
import { linesOfTrace } from './newsroom.js';

const telemetry = new InMemoryTelemetry();
const ending: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
  telemetry.clear();
});

const tracing = (): DynamicModule => OtelModule.forRoot({ exporters: [], processors: [telemetry] });

@Controller()
class Sums {
  private readonly logger = new Logger(Sums.name);

  @MessagePattern('sum')
  sum(numbers: number[]): number {
    this.logger.log(`adding ${numbers.length} numbers`);
    return numbers.reduce((total, n) => total + n, 0);
  }
}

@Module({ imports: [tracing()], controllers: [Sums] })
class SumsModule {}

@Injectable()
class Cleaner {
  private readonly logger = new Logger(Cleaner.name);

  @Interval(5)
  clean(): void {
    this.logger.debug('not worth a word');
    this.logger.log('all clean');
  }
}

@Module({ imports: [tracing(), ScheduleModule.forRoot()], providers: [Cleaner] })
class CleanerModule {}

describe('records', () => {
  it('of a message handler are on its span', async () => {
    const server = await NestFactory.createMicroservice<MicroserviceOptions>(SumsModule, {
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: 0 },
      logger: false,
    });
    await server.listen();
    ending.push(() => server.close());
    const { address: host, port } = server.unwrap<Server>().address() as AddressInfo;
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host, port } });
    ending.push(() => {
      client.close();
    });
    await untraced(() => lastValueFrom(client.send('sum', [1, 2]).pipe(timeout(2000))));
    expect(linesOfTrace(await telemetry.waitForTrace('sum'))).toEqual([
      'Sums.sum | log Sums: adding 2 numbers',
    ]);
  });

  it('of a job are on the span of the run', async () => {
    const app = await NestFactory.createApplicationContext(CleanerModule, { logger: false });
    ending.push(() => app.close());
    expect(linesOfTrace(await telemetry.waitForTrace('Cleaner.clean'))).toEqual([
      'Cleaner.clean | log Cleaner: all clean',
    ]);
  });
});
