import { Agent } from 'node:http';
import { connect } from 'node:net';
import {
  Body,
  Catch,
  Controller,
  Get,
  Injectable,
  Module,
  Param,
  Post,
  UseFilters,
  UseGuards,
  UseInterceptors,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type MiddlewareConsumer,
  type NestInterceptor,
  type NestMiddleware,
  type PipeTransform,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { trace } from '@opentelemetry/api';
import { OtelModule, Traced } from 'nestrace';
import { expectTrace, InMemoryTelemetry, type SpanView } from 'nestrace/testing';
import { tap, type Observable } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';

/** Which trace was active where, in the order the places were reached. */
const seen: { place: string; traceId: string | undefined }[] = [];

function look(place: string): void {
  seen.push({ place, traceId: trace.getActiveSpan()?.spanContext().traceId });
}

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

@Injectable()
class LookingMiddleware implements NestMiddleware {
  use(_request: unknown, _response: unknown, next: () => void): void {
    look('middleware');
    next();
  }
}

@Injectable()
class LookingGuard implements CanActivate {
  async canActivate(): Promise<boolean> {
    look('guard');
    await later();
    look('guard after a wait');
    return true;
  }
}

@Injectable()
class LookingInterceptor implements NestInterceptor {
  intercept(_execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    look('interceptor before');
    return next.handle().pipe(tap({ next: () => look('interceptor after') }));
  }
}

@Injectable()
class LookingPipe implements PipeTransform {
  async transform(value: unknown): Promise<unknown> {
    await later();
    look('pipe');
    return value;
  }
}

@Catch()
class LookingFilter implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(_error: unknown, host: ArgumentsHost): void {
    look('filter');
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), 'filtered', 500);
  }
}

@Injectable()
class Lookout {
  @Traced()
  async watch(id: string): Promise<string> {
    await later();
    return `${id} ${trace.getActiveSpan()?.spanContext().traceId}`;
  }
}

@Controller()
@UseGuards(LookingGuard)
@UseInterceptors(LookingInterceptor)
class LookingController {
  constructor(private readonly lookout: Lookout) {}

  @Get('look/:id')
  async look(@Param('id', LookingPipe) id: string): Promise<string> {
    look('handler');
    await later();
    look('handler after a wait');
    return id;
  }

  @Post('look')
  take(@Body() body: unknown): unknown {
    look('handler with a body');
    return body;
  }

  @Get('fail')
  @UseFilters(LookingFilter)
  fail(): void {
    throw new Error('on purpose');
  }

  @Get('watch/:id')
  watch(@Param('id') id: string): Promise<string> {
    return this.lookout.watch(id);
  }
}

const telemetry = new InMemoryTelemetry();

const pathOf =
  (n: number) =>
  (span: SpanView): boolean =>
    span.attributes['url.path'] === `/watch/${n}`;

@Module({
  imports: [OtelModule.forRoot({ exporters: 'none', autoTrace: false, processors: [telemetry] })],
  controllers: [LookingController],
  providers: [Lookout],
})
class LookingModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(LookingMiddleware).forRoutes('*path');
  }
}

/** Every request must have a trace of its own, and its method span must be in that trace. */
async function expectSeparateTraces(answers: readonly string[]): Promise<void> {
  const ids = answers.map((answer) => answer.split(' ')[1]);
  expect(new Set(ids).size).toBe(answers.length);
  for (const [n, answer] of answers.entries()) {
    const spans = await telemetry.waitForTrace(pathOf(n));
    expect(answer).toBe(`${n} ${spans[0]?.traceId}`);
    expectTrace(spans, { name: 'GET /watch/:id', children: [{ name: 'Lookout.watch' }] });
  }
  expect(telemetry.spans()).toHaveLength(answers.length * 2);
  expect(telemetry.openSpans()).toEqual([]);
}

describe.each(ADAPTERS)('the context of a request on %s', (_name, createAdapter) => {
  let running: RunningApp;
  let url: string;
  let port: number;

  beforeAll(async () => {
    running = await startApp(LookingModule, createAdapter());
    ({ url } = running);
    port = Number(new URL(url).port);
  });
  afterAll(() => running.close());
  afterEach(() => {
    telemetry.clear();
    seen.length = 0;
  });

  it('reaches middleware, guard, interceptor, pipe and handler, before and after waits', async () => {
    await call(`${url}/look/1`);

    const [server] = await telemetry.waitForTrace();
    expect(seen).toEqual(
      [
        'middleware',
        'guard',
        'guard after a wait',
        'interceptor before',
        'pipe',
        'handler',
        'handler after a wait',
        'interceptor after',
      ].map((place) => ({ place, traceId: server?.traceId })),
    );
  });

  it('survives the parsing of a body that comes in pieces', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(70_000) });
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `POST /look HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`,
    );
    for (let start = 0; start < body.length; start += 30_000) {
      await later();
      socket.write(body.slice(start, start + 30_000));
    }
    const answer = (await socket.toArray()).join('');
    expect(answer).toContain('HTTP/1.1 201');

    const [server] = await telemetry.waitForTrace('POST /look');
    expect(seen.find(({ place }) => place === 'handler with a body')?.traceId).toBe(
      server?.traceId,
    );
  });

  it('reaches exception filters', async () => {
    await call(`${url}/fail`);

    const [server] = await telemetry.waitForTrace();
    expect(seen.at(-1)).toEqual({ place: 'filter', traceId: server?.traceId });
  });

  it('does not leak between 200 concurrent requests', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => call(`${url}/watch/${n}`)),
    );
    await expectSeparateTraces(answers.map(({ text }) => text));
  });

  it('does not leak between requests on one kept-alive connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const answers: string[] = [];
    for (let n = 0; n < 5; n++) {
      answers.push((await call(`${url}/watch/${n}`, { agent })).text);
    }
    agent.destroy();
    await expectSeparateTraces(answers);
  });

  it('does not leak between pipelined requests', async () => {
    const socket = connect(port, '127.0.0.1');
    const requests = Array.from(
      { length: 6 },
      (_, n) =>
        `GET /watch/${n} HTTP/1.1\r\nHost: x\r\n${n === 5 ? 'Connection: close\r\n' : ''}\r\n`,
    );
    socket.write(requests.join(''));
    const text = (await socket.toArray()).join('');
    await expectSeparateTraces([...text.matchAll(/\d [0-9a-f]{32}/g)].map(([answer]) => answer));
  });
});
