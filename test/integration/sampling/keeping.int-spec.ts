import {
  Catch,
  Controller,
  ForbiddenException,
  Get,
  HttpException,
  Injectable,
  Module,
  NotFoundException,
  UseFilters,
  UseGuards,
  type ArgumentsHost,
  type CanActivate,
  type DynamicModule,
  type ExceptionFilter,
} from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { NoTrace, OtelModule, TraceService, type SamplingKeepOptions } from 'nestrace';
import { expectTrace, InMemoryTelemetry, type SpanExpectation } from 'nestrace/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { startEchoServer } from '../../support/echo-server.js';

class Spill extends Error {}

/** Answers for it with the status it is told. */
@Catch(Spill)
class Mop implements ExceptionFilter {
  catch(spill: Spill, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<{
      status(code: number): { send(body: unknown): void };
    }>();
    reply.status(Number(spill.message)).send({ mopped: true });
  }
}

@Injectable()
class Denying implements CanActivate {
  canActivate(): boolean {
    throw new ForbiddenException();
  }
}

@Injectable()
class Broken implements CanActivate {
  canActivate(): boolean {
    throw new RangeError('guard');
  }
}

@Injectable()
class Service {
  constructor(private readonly traces: TraceService) {}

  async fail(): Promise<never> {
    await Promise.resolve();
    this.traces.addEvent('trying');
    throw new RangeError('service');
  }

  step(): number {
    return 1;
  }
}

let elsewhere = '';

@UseFilters(Mop)
@Controller()
class KeepController {
  constructor(private readonly service: Service) {}

  @Get('ok/:id')
  ok(): number {
    return this.service.step();
  }

  @Get('fail/:id')
  fail(): Promise<never> {
    return this.service.fail();
  }

  @Get('missing')
  missing(): never {
    throw new NotFoundException();
  }

  @Get('unavailable')
  unavailable(): never {
    throw new HttpException('later', 503);
  }

  @Get('spill/500')
  spill500(): never {
    throw new Spill('500');
  }

  @Get('spill/200')
  spill200(): never {
    throw new Spill('200');
  }

  @UseGuards(Denying)
  @Get('denied')
  denied(): void {}

  @UseGuards(Broken)
  @Get('broken')
  broken(): void {}

  @NoTrace()
  @Get('secret')
  secret(): Promise<never> {
    return this.service.fail();
  }

  @Get('loop')
  loop(): never {
    for (let index = 0; index < 40; index++) this.service.step();
    throw new RangeError('after the loop');
  }

  @Get('calls')
  async calls(): Promise<never> {
    await fetch(elsewhere);
    throw new RangeError('after the call');
  }
}

describe.each(ADAPTERS)('traces that are not sampled on %s', (_, createAdapter) => {
  const telemetry = new InMemoryTelemetry();
  let running: RunningApp;

  const start = async (keep: boolean | SamplingKeepOptions, more = {}): Promise<void> => {
    @Module({ controllers: [KeepController], providers: [Service] })
    class KeepModule {}
    const module: DynamicModule = {
      module: KeepModule,
      imports: [
        OtelModule.forRoot({
          exporters: 'none',
          panel: false,
          lifecycle: false,
          processors: [telemetry],
          sampling: { ratio: 0, keep },
          ...more,
        }),
      ],
    };
    running = await startApp(module, createAdapter());
  };

  afterEach(async () => {
    await running.close();
    telemetry.clear();
  });

  /** Everything that is kept of some requests, one of which is kept for certain. */
  const keptOf = async (...paths: string[]): Promise<string[]> => {
    for (const path of paths) await call(running.url + path);
    await call(`${running.url}/fail/last`);
    await telemetry.waitForTrace((span) => span.attributes['url.path'] === '/fail/last');
    return telemetry
      .spans()
      .filter(({ attributes }) => attributes['url.path'] !== '/fail/last')
      .map(({ name }) => name);
  };

  const failed: SpanExpectation = {
    name: 'GET /fail/:id',
    kind: 'SERVER',
    status: 'ERROR',
    attributes: {
      'http.response.status_code': 500,
      'http.route': '/fail/:id',
      'error.type': 'RangeError',
      'nest.controller': 'KeepController',
      'nest.handler': 'fail',
      'nest.trace.kept': 'error',
    },
  };

  it('are kept when they fail: the request, with its route, status, exception and events', async () => {
    await start(true);
    expect((await call(`${running.url}/fail/7`)).status).toBe(500);
    const spans = await telemetry.waitForTrace();
    expectTrace(spans, { ...failed, exceptions: ['RangeError'], children: [] });
    expect(spans).toHaveLength(1);
    const events = spans[0]?.events.map(({ name }) => name);
    expect(events).toEqual(expect.arrayContaining(['trying', 'exception']));
  });

  it('are told apart by the answer: filters and guards included', async () => {
    await start(true);
    const kept = await keptOf(
      '/ok/1',
      '/missing',
      '/no/such/route',
      '/unavailable',
      '/spill/500',
      '/spill/200',
      '/denied',
      '/broken',
      '/secret',
    );
    expect(kept).toEqual(['GET /unavailable', 'GET /spill/500', 'GET /broken']);
    const [, spill, broken] = telemetry.spans();
    expect(spill?.attributes).toMatchObject({
      'nest.exception.filter': 'Mop',
      'error.type': 'Spill',
    });
    const exceptions = [spill, broken].map((span) =>
      span?.events
        .filter((event) => event.name === 'exception')
        .map(({ attributes }) => attributes?.['exception.type']),
    );
    expect(exceptions).toEqual([['Spill'], ['RangeError']]);
  });

  it('are not kept where nothing is to be', async () => {
    await start(false);
    await call(`${running.url}/fail/7`);
    await call(`${running.url}/unavailable`);
    await running.app.close();
    expect(telemetry.spans()).toEqual([]);
  });

  it('are kept as a whole where that is asked for', async () => {
    await start({ spans: 'full' });
    await call(`${running.url}/ok/1`);
    await call(`${running.url}/fail/7`);
    const spans = await telemetry.waitForTrace();
    expectTrace(spans, {
      ...failed,
      attributes: { ...failed.attributes, 'nest.exception.origin': 'Service.fail' },
      children: [
        {
          name: 'KeepController.fail',
          status: 'ERROR',
          children: [{ name: 'Service.fail', status: 'ERROR', exceptions: ['RangeError'] }],
        },
      ],
    });
    expect(telemetry.spans().filter(({ name }) => name.includes('ok'))).toEqual([]);
  });

  it('are folded and capped like any other', async () => {
    await start({ spans: 'full' }, { autoTrace: { foldAfter: 3 } });
    await call(`${running.url}/loop`);
    const spans = await telemetry.waitForTrace();
    const steps = spans.filter(({ name }) => name === 'Service.step');
    const folded = steps.find(({ attributes }) => attributes['nest.folded.count'] !== undefined);
    expect(steps.length).toBeLessThan(6);
    expect(Number(folded?.attributes['nest.folded.count']) + steps.length - 1).toBe(40);
    await running.close();
    telemetry.clear();

    await start({ spans: 'full' }, { autoTrace: { foldAfter: false, maxSpansPerTrace: 10 } });
    await call(`${running.url}/loop`);
    const capped = await telemetry.waitForTrace();
    expect(capped).toHaveLength(10);
    expect(capped.find(({ kind }) => kind === 'SERVER')?.attributes).toMatchObject({
      'nest.trace.omitted_spans': 32,
      'nest.trace.kept': 'error',
    });
  });

  it.each([
    ['root', 1],
    ['full', 3],
  ] as const)('tell other services that they are not sampled (%s)', async (spans, kept) => {
    const echo = await startEchoServer();
    elsewhere = `http://127.0.0.1:${echo.port}/`;
    try {
      await start({ spans });
      await call(`${running.url}/calls`);
      const spansOfTrace = await telemetry.waitForTrace();
      expect(spansOfTrace).toHaveLength(kept);
      const [, traceId, , flags] = String(echo.received[0]?.headers['traceparent']).split('-');
      expect([traceId, flags]).toEqual([spansOfTrace[0]?.traceId, '00']);
    } finally {
      await echo.close();
    }
  });

  it('are kept for their duration or for what the application says', async () => {
    await start({ errors: false, slowMs: 0 });
    await call(`${running.url}/ok/1`);
    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /ok/:id',
      attributes: { 'nest.trace.kept': 'slow' },
    });
    await running.close();
    telemetry.clear();

    await start({ errors: false, when: (span) => span.attributes['http.route'] === '/ok/:id' });
    await call(`${running.url}/fail/1`);
    await call(`${running.url}/ok/1`);
    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /ok/:id',
      attributes: { 'nest.trace.kept': 'custom' },
    });
    expect(telemetry.spans().map(({ name }) => name)).not.toContain('GET /fail/:id');
  });

  it('are all kept when they fail, and none when they do not', async () => {
    await start(true);
    const requests = 300;
    for (let count = 0; count < requests; count++) {
      await Promise.all([call(`${running.url}/fail/${count}`), call(`${running.url}/ok/${count}`)]);
    }
    await telemetry.waitForTrace((span) => span.attributes['url.path'] === `/fail/${requests - 1}`);
    const names = telemetry.spans().map(({ name }) => name);
    expect(names).toEqual(Array.from({ length: requests }, () => 'GET /fail/:id'));
  });

  it('do not make a span active that is not there', async () => {
    await start(true);
    await call(`${running.url}/fail/7`);
    await telemetry.waitForTrace();
    expect(trace.getActiveSpan()).toBeUndefined();
  });
});
