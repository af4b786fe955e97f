import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import {
  Controller,
  ForbiddenException,
  Get,
  Injectable,
  Module,
  UseGuards,
  type CanActivate,
  type DynamicModule,
  type INestMicroservice,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  Payload,
  RpcException,
  Transport,
  type ClientProxy,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { MessageBody, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import { NoTrace, OtelModule, Traced } from 'nestrace';
import { expectTrace, InMemoryTelemetry } from 'nestrace/testing';
import { from, lastValueFrom, timeout, type Observable } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startApp, type RunningApp } from '../../support/apps.js';
import { untraced } from '../../support/client.js';

const telemetry = new InMemoryTelemetry();

@Injectable()
class Calculator {
  @Traced()
  async sum(numbers: readonly number[]): Promise<number> {
    await Promise.resolve();
    return numbers.reduce((total, n) => total + n, 0);
  }
}

@Injectable()
class Deny implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Controller()
class MathController {
  constructor(private readonly calculator: Calculator) {}

  @MessagePattern('sum')
  sum(@Payload() numbers: number[]): Promise<number> {
    return this.calculator.sum(numbers);
  }

  @MessagePattern({ cmd: 'count' })
  count(@Payload() numbers: number[]): Observable<number> {
    return from(numbers);
  }

  @MessagePattern('fail')
  fail(): void {
    throw new RpcException('cannot count');
  }

  @MessagePattern('denied')
  @UseGuards(Deny)
  denied(): void {}

  @MessagePattern('secret')
  @NoTrace()
  secret(): Promise<number> {
    return this.calculator.sum([1]);
  }

  @EventPattern('counted')
  async counted(@Payload() numbers: number[]): Promise<void> {
    await this.calculator.sum(numbers);
  }
}

@WebSocketGateway()
class ChatGateway {
  constructor(private readonly calculator: Calculator) {}

  @SubscribeMessage('sum')
  async sum(@MessageBody() numbers: number[]): Promise<{ event: string; data: number }> {
    return { event: 'sum', data: await this.calculator.sum(numbers) };
  }

  @SubscribeMessage('fail')
  fail(): void {
    throw new WsException('no chat');
  }
}

const tracing = (): DynamicModule =>
  OtelModule.forRoot({
    autoTrace: false,
    service: { name: 'math' },
    exporters: 'none',
    processors: [telemetry],
    outgoing: false,
  });

@Module({ imports: [tracing()], controllers: [MathController], providers: [Calculator] })
class MathModule {}

@Module({ imports: [tracing()], providers: [Calculator, ChatGateway] })
class ChatModule {}

afterEach(() => {
  telemetry.clear();
});

const onAnyPort: MicroserviceOptions = {
  transport: Transport.TCP,
  options: { host: '127.0.0.1', port: 0 },
};

function clientOf(server: INestMicroservice): ClientProxy {
  const { address: host, port } = server.unwrap<Server>().address() as AddressInfo;
  return ClientProxyFactory.create({ transport: Transport.TCP, options: { host, port } });
}

describe('a microservice over TCP', () => {
  let client: ClientProxy;
  let closeServer: () => Promise<void>;

  beforeAll(async () => {
    const server = await NestFactory.createMicroservice<MicroserviceOptions>(MathModule, {
      ...onAnyPort,
      logger: false,
    });
    await server.listen();
    closeServer = () => server.close();
    client = clientOf(server);
    await untraced(() => client.connect());
  });
  afterAll(async () => {
    client.close();
    await closeServer();
  });

  const send = (pattern: unknown, data: unknown = []): Promise<unknown> =>
    untraced(() => lastValueFrom(client.send(pattern, data).pipe(timeout(2000))));

  it('serves a message in a SERVER span named by its pattern', async () => {
    expect(await send('sum', [1, 2, 3])).toBe(6);
    expectTrace(await telemetry.waitForTrace(), {
      name: 'sum',
      kind: 'SERVER',
      status: 'UNSET',
      service: 'math',
      attributes: {
        'rpc.system.name': 'nestjs',
        'rpc.method': 'sum',
        'nest.type': 'request',
        'nest.controller': 'MathController',
        'nest.handler': 'sum',
        'code.function.name': 'MathController.sum',
      },
      children: [{ name: 'Calculator.sum', kind: 'INTERNAL' }],
    });
  });

  it('lasts until a stream of answers has ended', async () => {
    expect(await send({ cmd: 'count' }, [1, 2, 3])).toBe(3);
    expectTrace(await telemetry.waitForTrace(), {
      name: '{"cmd":"count"}',
      kind: 'SERVER',
      attributes: { 'rpc.method': '{"cmd":"count"}' },
    });
    expect(telemetry.openSpans()).toEqual([]);
  });

  it('consumes an event in a CONSUMER span', async () => {
    await untraced(() => lastValueFrom(client.emit('counted', [1])));
    expectTrace(await telemetry.waitForTrace(), {
      name: 'process counted',
      kind: 'CONSUMER',
      attributes: {
        'messaging.system': 'nestjs',
        'messaging.destination.name': 'counted',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
      },
      children: [{ name: 'Calculator.sum' }],
    });
  });

  it('fails with the exception of its handler', async () => {
    await expect(send('fail')).rejects.toBeDefined();
    expectTrace(await telemetry.waitForTrace(), {
      name: 'fail',
      status: 'ERROR',
      exceptions: ['RpcException'],
      attributes: { 'error.type': 'RpcException' },
    });
  });

  it('leaves out a handler with @NoTrace()', async () => {
    expect(await send('secret')).toBe(1);
    await send('sum', [1]);
    await telemetry.waitForTrace('sum');
    expect(telemetry.spans()).toHaveLength(2);
  });

  it('is not hurt by a guard that denies, which no interceptor sees', async () => {
    await expect(send('denied')).rejects.toBeDefined();
    expect(telemetry.spans()).toEqual([]);
    expect(telemetry.openSpans()).toEqual([]);
  });
});

describe('a WebSocket gateway', () => {
  let running: RunningApp;
  let socket: WebSocket;

  beforeAll(async () => {
    running = await startApp(ChatModule, undefined, {
      configure: (app) => app.useWebSocketAdapter(new WsAdapter(app)),
    });
    socket = untraced(() => new WebSocket(running.url.replace('http', 'ws')));
    await once(socket, 'open');
  });
  afterAll(async () => {
    socket.close();
    await running.close();
  });

  const send = async (event: string, data: unknown): Promise<string> => {
    const answer = once(socket, 'message');
    socket.send(JSON.stringify({ event, data }));
    return String((await answer)[0]);
  };

  it('makes a SERVER span of every message', async () => {
    expect(await send('sum', [4, 5])).toBe('{"event":"sum","data":9}');
    expectTrace(await telemetry.waitForTrace(), {
      name: 'ws sum',
      kind: 'SERVER',
      attributes: { 'nest.controller': 'ChatGateway', 'nest.handler': 'sum' },
      children: [{ name: 'Calculator.sum' }],
    });
  });

  it('fails with the exception of its handler', async () => {
    // Nest 11 tells the client nothing over plain WebSockets, so there is no answer to wait for.
    socket.send(JSON.stringify({ event: 'fail', data: [] }));
    expectTrace(await telemetry.waitForTrace(), {
      name: 'ws fail',
      status: 'ERROR',
      exceptions: ['WsException'],
    });
  });
});

describe('a message to one of several applications', () => {
  it('is recorded in that one', async () => {
    const service = await startApp(ChatModule, undefined, {
      configure: (app) => app.useWebSocketAdapter(new WsAdapter(app)),
    });
    const others = new InMemoryTelemetry();
    const other = await startApp(
      OtelModule.forRoot({
        exporters: 'none',
        autoTrace: false,
        processors: [others],
        outgoing: false,
      }),
    );
    const socket = untraced(() => new WebSocket(service.url.replace('http', 'ws')));
    await once(socket, 'open');
    socket.send(JSON.stringify({ event: 'sum', data: [1] }));
    expectTrace(await telemetry.waitForTrace(), {
      name: 'ws sum',
      children: [{ name: 'Calculator.sum' }],
    });
    expect(others.spans()).toEqual([]);
    socket.close();
    await other.close();
    await service.close();
  });
});

describe('a hybrid application', () => {
  it.each([true, false])(
    'traces both of its sides (inheritAppConfig: %s)',
    async (inheritAppConfig) => {
      @Controller()
      class HybridController {
        @MessagePattern('ping')
        ping(): string {
          throw new ForbiddenException();
        }

        @Get('ping')
        answer(): string {
          return 'pong';
        }
      }
      @Module({
        imports: [
          OtelModule.forRoot({ exporters: 'none', autoTrace: false, processors: [telemetry] }),
        ],
        controllers: [HybridController],
      })
      class HybridModule {}
      const app = await NestFactory.create(HybridModule, { logger: false });
      const server = app.connectMicroservice<MicroserviceOptions>(onAnyPort, { inheritAppConfig });
      await app.startAllMicroservices();
      await app.listen(0, '127.0.0.1');
      const client = clientOf(server);
      await expect(
        untraced(() => lastValueFrom(client.send('ping', {}).pipe(timeout(2000)))),
      ).rejects.toBeDefined();
      expectTrace(await telemetry.waitForTrace('ping'), {
        name: 'ping',
        kind: 'SERVER',
        status: 'UNSET',
        attributes: { 'error.type': 'ForbiddenException' },
        children: [],
      });
      await untraced(async () => fetch(`${await app.getUrl()}/ping`));
      expectTrace(await telemetry.waitForTrace('GET /ping'), {
        name: 'GET /ping',
        kind: 'SERVER',
        attributes: { 'nest.handler': 'answer' },
        children: [],
      });
      expect(telemetry.spans()).toHaveLength(2);
      client.close();
      await app.close();
    },
  );
});
