import { once } from 'node:events';
import {
  Catch,
  Injectable,
  Module,
  ParseIntPipe,
  UseFilters,
  UseGuards,
  UseInterceptors,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WsException,
} from '@nestjs/websockets';
import { NoTrace } from 'nestrace';
import { expectTrace, InMemoryTelemetry, type SpanView } from 'nestrace/testing';
import { map, type Observable } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startApp, type RunningApp } from '../../../support/apps.js';
import { untraced } from '../../../support/client.js';
import { filter, guard, handler, interceptor, pipe, provider, tracing } from './kitchen.js';

const telemetry = new InMemoryTelemetry();

@Injectable()
class Rooms {
  async enter(room: number): Promise<string> {
    await Promise.resolve();
    if (room === 0) throw new RangeError('no such room');
    return `room ${room}`;
  }
}

interface Message {
  readonly room: number | string;
  readonly door?: 'shut' | 'broken';
}

@Injectable()
class Doorman implements CanActivate {
  async canActivate(execution: ExecutionContext): Promise<boolean> {
    await Promise.resolve();
    const { door } = execution.switchToWs().getData<Message>();
    if (door === 'broken') throw new WsException('the door is broken');
    return door !== 'shut';
  }
}

@Injectable()
class Shout implements NestInterceptor {
  intercept(_execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: string) => ({ event: 'entered', data: `${data}!` })));
  }
}

@Catch()
class Whisper implements ExceptionFilter {
  catch(exception: Error, host: ArgumentsHost): void {
    const client = host.switchToWs().getClient<WebSocket>();
    client.send(JSON.stringify({ event: 'sorry', data: exception.message }));
  }
}

@WebSocketGateway()
@UseGuards(Doorman)
@UseInterceptors(Shout)
@UseFilters(Whisper)
class HouseGateway {
  constructor(private readonly rooms: Rooms) {}

  @SubscribeMessage('enter')
  enter(@MessageBody('room', ParseIntPipe) room: number): Promise<string> {
    return this.rooms.enter(room);
  }

  @NoTrace()
  @SubscribeMessage('sneak')
  async sneak(@ConnectedSocket() client: WebSocket): Promise<void> {
    await this.rooms.enter(1);
    client.send('sneaked');
  }
}

@Module({ imports: [tracing(telemetry)], providers: [HouseGateway, Rooms] })
class HouseModule {}

describe('a message over a WebSocket', () => {
  let running: RunningApp;
  let socket: WebSocket;

  beforeAll(async () => {
    running = await startApp(HouseModule, undefined, {
      configure: (app) => app.useWebSocketAdapter(new WsAdapter(app)),
    });
    socket = untraced(() => new WebSocket(running.url.replace('http', 'ws')));
    await once(socket, 'open');
  });
  afterAll(async () => {
    socket.close();
    await running.close();
  });
  afterEach(() => {
    telemetry.clear();
  });

  const send = async (event: string, data: Message): Promise<string> => {
    const answer = once(socket, 'message');
    socket.send(JSON.stringify({ event, data }));
    return String((await answer)[0]);
  };

  /** The trace of the one message that was sent. */
  const theTrace = async (): Promise<readonly SpanView[]> => {
    const spans = await telemetry.waitForTrace('ws enter');
    expect(telemetry.spans()).toHaveLength(spans.length);
    expect(telemetry.openSpans()).toEqual([]);
    return spans;
  };

  it('is a trace with everything Nest runs for it', async () => {
    expect(await send('enter', { room: 7 })).toBe('{"event":"entered","data":"room 7!"}');
    expectTrace(await theTrace(), {
      name: 'ws enter',
      kind: 'SERVER',
      status: 'UNSET',
      attributes: {
        'nest.type': 'request',
        'nest.controller': 'HouseGateway',
        'nest.handler': 'enter',
        'error.type': undefined,
      },
      children: [
        guard('Doorman', 'allow'),
        interceptor('Shout', 'before'),
        pipe('ParseIntPipe'),
        handler('HouseGateway.enter', { children: [provider('Rooms.enter')] }),
        interceptor('Shout', 'after'),
      ],
    });
  });

  it('ends at a guard that denies', async () => {
    expect(await send('enter', { room: 7, door: 'shut' })).toContain('Forbidden resource');
    expectTrace(await theTrace(), {
      name: 'ws enter',
      status: 'UNSET',
      exceptions: [],
      attributes: { 'error.type': 'WsException', 'nest.exception.filter': 'Whisper' },
      children: [guard('Doorman', 'deny'), filter('Whisper', 'WsException')],
    });
  });

  it('fails with a guard that throws', async () => {
    expect(await send('enter', { room: 7, door: 'broken' })).toContain('the door is broken');
    const failed = { status: 'ERROR', errorType: 'WsException' } as const;
    expectTrace(await theTrace(), {
      name: 'ws enter',
      status: 'ERROR',
      exceptions: [],
      attributes: {
        'error.type': 'WsException',
        'nest.exception.origin': 'Doorman.canActivate',
        'nest.exception.filter': 'Whisper',
      },
      children: [
        { ...guard('Doorman', 'throw', failed), exceptions: ['WsException'] },
        filter('Whisper', 'WsException'),
      ],
    });
  });

  it('tells what failed, and which filter has answered', async () => {
    expect(await send('enter', { room: 0 })).toContain('no such room');
    const failed = { status: 'ERROR', errorType: 'RangeError' } as const;
    expectTrace(await theTrace(), {
      name: 'ws enter',
      status: 'ERROR',
      exceptions: [],
      attributes: {
        'error.type': 'RangeError',
        'nest.exception.origin': 'Rooms.enter',
        'nest.exception.filter': 'Whisper',
      },
      children: [
        guard('Doorman', 'allow'),
        interceptor('Shout', 'before'),
        pipe('ParseIntPipe'),
        handler('HouseGateway.enter', {
          ...failed,
          children: [{ ...provider('Rooms.enter', failed), exceptions: ['RangeError'] }],
        }),
        interceptor('Shout', 'after', failed),
        filter('Whisper', 'RangeError'),
      ],
    });
  });

  it('is not failed by a pipe that refuses it', async () => {
    await send('enter', { room: 'blue' });
    const errorType = 'BadRequestException';
    expectTrace(await theTrace(), {
      name: 'ws enter',
      status: 'UNSET',
      exceptions: [],
      attributes: { 'error.type': errorType, 'nest.exception.origin': 'ParseIntPipe.transform' },
      children: [
        guard('Doorman', 'allow'),
        interceptor('Shout', 'before'),
        pipe('ParseIntPipe', { errorType }),
        interceptor('Shout', 'after', { errorType }),
        filter('Whisper', errorType),
      ],
    });
  });

  it('keeps apart what two clients do at the same time', async () => {
    const another = untraced(() => new WebSocket(running.url.replace('http', 'ws')));
    await once(another, 'open');
    const answers = [once(socket, 'message'), once(another, 'message')];
    const message = JSON.stringify({ event: 'enter', data: { room: 1, door: 'shut' } });
    socket.send(message);
    another.send(message);
    await Promise.all(answers);
    another.close();
    await telemetry.waitForTrace('ws enter');
    const roots = telemetry.spans().filter(({ name }) => name === 'ws enter');
    expect(roots).toHaveLength(2);
    for (const { traceId } of roots) {
      expectTrace(
        telemetry.spans().filter((span) => span.traceId === traceId),
        {
          name: 'ws enter',
          children: [guard('Doorman', 'deny'), filter('Whisper', 'WsException')],
        },
      );
    }
  });

  it('leaves no trace where its handler has @NoTrace()', async () => {
    expect(await send('sneak', { room: 1 })).toBe('sneaked');
    await send('enter', { room: 1 });
    await telemetry.waitForTrace('ws enter');
    expect(telemetry.spans()).toHaveLength(7);
  });
});
