import { AsyncLocalStorage } from 'node:async_hooks';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  RequestMethod,
  Scope,
  type MiddlewareConsumer,
  type NestMiddleware,
} from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { context, propagation, trace } from '@opentelemetry/api';
import type { SpanExpectation } from 'nestrace/testing';
import { describe, expect, it } from 'vitest';
import { ADAPTERS } from '../../../support/apps.js';
import { untraced } from '../../../support/client.js';
import { tasteAll } from './kitchen.js';
import { unhandledIn } from './unhandled.js';

type Next = (error?: unknown) => void;
interface Request {
  readonly url: string;
  note?: string;
}
interface Response {
  statusCode: number;
  setHeader(name: string, value: string): void;
  end(text?: string): void;
}

/** What matters of an application of Express, and of its routers. */
interface ExpressRouter {
  readonly stack: readonly unknown[];
  get(path: string, handler: (request: ExpressRequest, response: ExpressResponse) => void): void;
}
interface ExpressApplication extends ExpressRouter {
  readonly router: ExpressRouter;
  readonly mountpath: string;
  set(name: string, value: unknown): void;
}
interface ExpressRequest extends Request {
  readonly baseUrl: string;
  readonly app: { get(name: string): unknown };
}
interface ExpressResponse extends Response {
  readonly locals: Record<string, unknown>;
  json(body: unknown): unknown;
  send(text: string): void;
  on(event: string, listener: () => void): void;
}

type Use = (this: unknown, request: Request, response: Response, next: Next) => unknown;

/** A controller that tells how often it was called and what was noted on the request. */
function target(log: unknown[] = []) {
  @Controller()
  class Target {
    @Get('it')
    it(): readonly unknown[] {
      return [...log, 'handled'];
    }

    @Get('other')
    other(): readonly unknown[] {
      return [...log, 'other'];
    }

    @Get('log')
    log(): readonly unknown[] {
      return log;
    }
  }
  return Target;
}

/** A class of middleware that does this. */
function middlewareOf(use: Use): new () => NestMiddleware {
  @Injectable()
  class Gate implements NestMiddleware {
    use(request: Request, response: Response, next: Next): unknown {
      return use.call(this, request, response, next);
    }
  }
  return Gate;
}

const GATE: SpanExpectation = { name: 'Gate.use', attributes: { 'nest.type': 'middleware' } };
const HANDLER: SpanExpectation = { name: 'Target.it' };

/** What the middleware does, and what is to be seen of it. */
interface Case {
  readonly does: (log: unknown[]) => Use;
  readonly answers: unknown;
  readonly spans: readonly SpanExpectation[];
}

const CASES: Readonly<Record<string, Case>> = {
  'goes on at once': {
    does: (log) => (_request, _response, next) => {
      log.push('before');
      next();
    },
    answers: [200, '["before","handled"]'],
    spans: [GATE, HANDLER],
  },
  'goes on later': {
    does: (log) => (_request, _response, next) => {
      setTimeout(() => {
        log.push('later');
        next();
      }, 1);
    },
    answers: [200, '["later","handled"]'],
    spans: [GATE, HANDLER],
  },
  'goes on from an async function': {
    does: (log) => async (_request, _response, next) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      log.push('waited');
      next();
    },
    answers: [200, '["waited","handled"]'],
    spans: [GATE, HANDLER],
  },
  'answers itself': {
    does: () => (_request, response) => {
      response.statusCode = 203;
      response.end('from the gate');
    },
    answers: [203, 'from the gate'],
    spans: [GATE],
  },
  'answers itself later': {
    does: () => async (_request, response) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      response.setHeader('x-gate', 'yes');
      response.end('late');
    },
    answers: [200, 'late'],
    spans: [GATE],
  },
  'goes on with an error': {
    does: () => (_request, _response, next) => next(new RangeError('closed')),
    answers: [500, expect.stringContaining('Internal server error')],
    spans: [{ ...GATE, status: 'ERROR', exceptions: ['RangeError'] }],
  },
  throws: {
    does: () => () => {
      throw new RangeError('closed');
    },
    answers: [500, expect.stringContaining('Internal server error')],
    spans: [{ ...GATE, status: 'ERROR', exceptions: ['RangeError'] }],
  },
  rejects: {
    does: () => async () => {
      await Promise.resolve();
      throw new RangeError('closed');
    },
    answers: [500, expect.stringContaining('Internal server error')],
    spans: [{ ...GATE, status: 'ERROR', exceptions: ['RangeError'] }],
  },
};

describe.each(ADAPTERS)('middleware on %s', (_name, adapter) => {
  describe.each(Object.entries(CASES))('that %s', (_, { does, answers, spans }) => {
    it('serves the same as a class', async () => {
      const { result, expectTrace } = await tasteAll(
        () => {
          const log: unknown[] = [];
          const Gate = middlewareOf(does(log));
          return {
            controllers: [target(log)],
            middleware: (consumer) => consumer.apply(Gate).forRoutes('it'),
          };
        },
        ({ get }) => get('/it'),
        { adapter },
      );
      expect([result.status, result.text]).toEqual(answers);
      await expectTrace(/^GET/, spans);
    });

    it('serves the same as a function', async () => {
      const { result, expectTrace } = await tasteAll(
        () => {
          const log: unknown[] = [];
          const use = does(log);
          function gate(request: Request, response: Response, next: Next): unknown {
            return Reflect.apply(use, undefined, [request, response, next]);
          }
          return {
            controllers: [target(log)],
            middleware: (consumer) => consumer.apply(gate).forRoutes('it'),
          };
        },
        ({ get }) => get('/it'),
        { adapter },
      );
      expect([result.status, result.text]).toEqual(answers);
      await expectTrace(
        /^GET/,
        spans.map((span) => (span === HANDLER ? span : { ...span, name: 'gate' })),
      );
    });
  });

  it('may never go on, and is over when the client is gone', async () => {
    const { result, telemetry } = await tasteAll(
      () => ({
        controllers: [target()],
        middleware: (consumer) => consumer.apply(middlewareOf(() => {})).forRoutes('it'),
      }),
      async ({ url, get }) => [
        await untraced(() =>
          fetch(`${url}/it`, { signal: AbortSignal.timeout(100) }).then(String, String),
        ),
        (await get('/other')).text,
      ],
      { adapter },
    );
    expect(result).toEqual([expect.stringContaining('TimeoutError'), '["other"]']);
    await telemetry.waitForSpan('Gate.use');
    expect(telemetry.openSpans()).toEqual([]);
  });

  it('is asked once for each request, also where it is scoped', async () => {
    const { result, telemetry } = await tasteAll(
      () => {
        let made = 0;

        @Injectable({ scope: Scope.REQUEST })
        class Count {
          readonly number = ++made;
        }

        @Injectable()
        class Gate implements NestMiddleware {
          constructor(@Inject(Count) private readonly count: Count) {}

          use(_request: Request, response: Response, next: Next): void {
            response.setHeader('x-made', String(this.count.number));
            next();
          }
        }
        return {
          controllers: [target()],
          providers: [Count],
          middleware: (consumer) => consumer.apply(Gate).forRoutes('*path'),
        };
      },
      async ({ get }) => [
        (await get('/it')).headers['x-made'],
        (await get('/it')).headers['x-made'],
      ],
      { adapter },
    );
    expect(result).toEqual(['1', '2']);
    expect(telemetry.spans().filter(({ name }) => name === 'Gate.use')).toHaveLength(2);
  });

  it('is left out where it is excluded', async () => {
    const { result, telemetry } = await tasteAll(
      () => {
        const log: unknown[] = [];
        function gate(request: Request, _response: unknown, next: Next): void {
          log.push(`gate ${request.url}`);
          next();
        }
        const Gate = middlewareOf((request, _response, next) => {
          log.push(`Gate ${request.url}`);
          next();
        });
        return {
          controllers: [target(log)],
          middleware: (consumer) =>
            consumer
              .apply(Gate, gate)
              .exclude({ path: 'other', method: RequestMethod.GET }, 'log')
              .forRoutes('*path'),
        };
      },
      async ({ get, ask }) => [
        (await get('/it')).status,
        (await get('/other')).status,
        await ask('/log'),
      ],
      { adapter },
    );
    expect(result).toEqual([
      200,
      200,
      [expect.stringMatching('^Gate '), expect.stringMatching('^gate ')],
    ]);
    const names = telemetry.spans().map(({ name }) => name);
    expect(names.filter((name) => name === 'Gate.use')).toHaveLength(1);
  });

  it('runs in what it has set up, and so does what comes after', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const { result, expectTrace } = await tasteAll(
      () => {
        const Gate = middlewareOf((_request, _response, next) => {
          const baggage = propagation.createBaggage({ tenant: { value: 'seven' } });
          context.with(propagation.setBaggage(context.active(), baggage), () => {
            storage.run('stored', () => next());
          });
        });

        function spanning(_request: Request, _response: Response, next: Next): void {
          trace.getTracer('mine').startActiveSpan('mine', (span) => {
            next();
            span.end();
          });
        }

        @Controller()
        class Target {
          @Get('it')
          it(): unknown {
            seen.push(propagation.getActiveBaggage()?.getEntry('tenant')?.value);
            return { stored: storage.getStore() };
          }
        }
        return {
          controllers: [Target],
          middleware: (consumer) => consumer.apply(Gate, spanning).forRoutes('it'),
        };
      },
      ({ ask }) => ask('/it'),
      { adapter },
    );
    expect(result).toEqual({ stored: 'stored' });
    // Nothing keeps a context while tracing is off.
    expect(seen).toEqual([undefined, undefined, 'seven']);
    await expectTrace('GET /it', [
      GATE,
      { name: 'spanning', children: [{ name: 'mine', children: [HANDLER] }] },
    ]);
  });

  it('hands on to what comes after it, not to the provider it does that through', async () => {
    const storage = new AsyncLocalStorage<string>();
    const { result, expectTrace } = await tasteAll(
      () => {
        @Injectable()
        class Tenants {
          run(tenant: string, go: () => unknown): unknown {
            return storage.run(tenant, go);
          }
        }

        @Injectable()
        class Gate {
          constructor(private readonly tenants: Tenants) {}

          use(_request: Request, _response: Response, next: Next): void {
            this.tenants.run('seven', () => next());
          }
        }

        @Controller()
        class Target {
          @Get('it')
          it(): unknown {
            return { tenant: storage.getStore() };
          }
        }
        return {
          controllers: [Target],
          providers: [Tenants],
          middleware: (consumer) => consumer.apply(Gate).forRoutes('it'),
        };
      },
      ({ ask }) => ask('/it'),
      { adapter },
    );
    expect(result).toEqual({ tenant: 'seven' });
    await expectTrace('GET /it', [
      { name: 'Gate.use', children: [{ name: 'Tenants.run' }] },
      HANDLER,
    ]);
  });

  it('keeps the request where it goes on out of the blue', async () => {
    const waiting: Next[] = [];
    // As the pool of a driver: it calls back in the context it was made in.
    const pool = setInterval(() => {
      for (const next of waiting.splice(0)) next();
    }, 1);
    const { result, expectTrace } = await tasteAll(
      () => ({
        controllers: [target()],
        middleware: (consumer) =>
          consumer
            .apply(middlewareOf((_request, _response, next) => waiting.push(next)))
            .forRoutes('it'),
      }),
      ({ get }) => get('/it'),
      { adapter },
    ).finally(() => clearInterval(pool));
    expect(result.status).toBe(200);
    await expectTrace('GET /it', [GATE, HANDLER]);
  });

  it('does not make Node warn of too many listeners', async () => {
    const warnings: string[] = [];
    const listen = (warning: Error): unknown => warnings.push(String(warning));
    process.on('warning', listen);
    const { result, expectTrace } = await tasteAll(
      () => {
        const all = Array.from({ length: 15 }, (_, index) => {
          const gate: Use = async (_request, _response, next) => {
            await new Promise((resolve) => setImmediate(resolve));
            next();
          };
          Object.defineProperty(gate, 'name', { value: `gate${index}` });
          return gate;
        });
        return {
          controllers: [target()],
          middleware: (consumer) => consumer.apply(...all).forRoutes('it'),
        };
      },
      ({ get }) => get('/it'),
      { adapter },
    );
    expect(result.status).toBe(200);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listen);
    expect(warnings).toEqual([]);
    await expectTrace('GET /it', [
      ...Array.from({ length: 15 }, (_, index) => ({ name: `gate${index}` })),
      HANDLER,
    ]);
  });

  it('leaves as many rejections unhandled as before', async () => {
    const { result } = await tasteAll(
      () => {
        const Late = middlewareOf(async (_request, _response, next) => {
          next();
          await new Promise((resolve) => setImmediate(resolve));
          throw new RangeError('after next');
        });
        const Answered = middlewareOf(async (_request, response) => {
          response.end('answered');
          await new Promise((resolve) => setImmediate(resolve));
          throw new RangeError('after the answer');
        });
        return {
          controllers: [target()],
          middleware: (consumer: MiddlewareConsumer) => {
            consumer.apply(Late).forRoutes('it');
            consumer.apply(Answered).forRoutes('other');
          },
          prepare: (app) => {
            app.use(async (request: Request, _response: Response, next: Next) => {
              next();
              if (!request.url.includes('log')) return;
              void Promise.reject(new RangeError('on the side'));
              await new Promise((resolve) => setImmediate(resolve));
              throw new RangeError('of a function');
            });
          },
        };
      },
      async ({ get }) => {
        const { result: texts, unhandled } = await unhandledIn(async () => [
          (await get('/it')).text,
          (await get('/other')).text,
          (await get('/log')).text,
        ]);
        return [texts, unhandled.map(String)];
      },
      { adapter },
    );
    expect(result[1]).toContain('RangeError: on the side');
  });
});

describe('what Express makes of it', () => {
  it('stays the same for a router that a module applies', async () => {
    const { result } = await tasteAll(
      () => {
        const { router }: ExpressApplication = new ExpressAdapter().getInstance();
        router.get('/', (request, response) => {
          response.send(`routed ${request.baseUrl} ${router.stack.length}`);
        });
        return {
          controllers: [target()],
          middleware: (consumer) => consumer.apply(router as never).forRoutes('routed'),
        };
      },
      async ({ get }) => [(await get('/routed')).text, (await get('/it')).text],
    );
    expect(result).toEqual(['routed /routed 2', '["handled"]']);
  });

  it.each([
    ['nothing', () => []],
    ['false', () => [false]],
    ['zero', () => [0]],
    ['an empty text', () => ['']],
    ['null', () => [null]],
    ['the text "route"', () => ['route']],
    ['the text "router"', () => ['router']],
  ])('stays the same where next() is given %s', async (_, given) => {
    const { result, telemetry } = await tasteAll(
      () => ({
        controllers: [target()],
        prepare: (app) => {
          app.use(function gate(_request: unknown, _response: unknown, next: () => void) {
            Reflect.apply(next, undefined, given());
          });
        },
      }),
      ({ get }) => get('/it'),
    );
    // Told to leave the router, Express leaves it, and there is nothing else.
    expect(result.status).toBe(given()[0] === 'router' ? 404 : 200);
    const gate = await telemetry.waitForSpan('gate');
    expect(gate.status.code).toBe('UNSET');
  });

  it.each([
    ['an error', () => new RangeError('closed'), 'RangeError'],
    ['a text', () => 'closed', 'string'],
    ['a number', () => 7, 'number'],
  ])('stays the same where next() is given %s', async (_, given, type) => {
    const { result, telemetry } = await tasteAll(
      () => ({
        controllers: [target()],
        prepare: (app) => {
          app.use(function gate(_request: unknown, _response: unknown, next: Next) {
            next(given());
          });
          app.use((error: unknown, _request: unknown, response: Response, _next: Next) => {
            response.statusCode = 418;
            response.end(`answered for ${String(error)}`);
          });
        },
      }),
      ({ get }) => get('/it'),
    );
    expect(result).toMatchObject({ status: 418, text: `answered for ${String(given())}` });
    const gate = await telemetry.waitForSpan('gate');
    expect(gate).toMatchObject({ status: { code: 'ERROR' }, attributes: { 'error.type': type } });
  });

  it('stays the same where next() is called twice', async () => {
    const { result, telemetry } = await tasteAll(
      () => ({
        controllers: [target()],
        prepare: (app) => {
          app.use(function twice(_request: unknown, _response: unknown, next: Next) {
            next();
            next();
          });
        },
      }),
      ({ get }) => get('/it'),
    );
    // The second call goes past the route, and is the first to answer.
    expect(result.status).toBe(404);
    expect(telemetry.spans().filter(({ name }) => name === 'twice')).toHaveLength(1);
    expect(telemetry.openSpans()).toEqual([]);
  });

  it('stays the same for routers, other applications, lists, paths and handlers of errors', async () => {
    const { result, telemetry } = await tasteAll(
      () => ({
        controllers: [target()],
        prepare: (app) => {
          const other: ExpressApplication = new ExpressAdapter().getInstance();
          const { router }: ExpressApplication = new ExpressAdapter().getInstance();
          router.get('/routed', (_request, response) => {
            response.send(`routed ${String(router.stack.length)}`);
          });
          other.set('title', 'sub');
          other.get('/', (request, response) => {
            response.send(
              `${request.baseUrl} ${String(request.app.get('title'))} ${other.mountpath}`,
            );
          });
          other.get('/fail', () => {
            throw new RangeError('of the sub-application');
          });
          app.use(router);
          app.use('/sub', other);
          app.use('/path', (request: Request, response: Response) => {
            response.end(`below the path ${request.url}`);
          });
          app.use([
            (request: Request, _response: unknown, next: Next) => {
              request.note = 'noted';
              next();
            },
            (request: Request, response: Response, next: Next) => {
              if (request.url === '/list') response.end(request.note);
              else next();
            },
          ]);
          app.use(function sorry(error: Error, _request: unknown, response: Response, _next: Next) {
            response.end(`sorry: ${error.message}`);
          });
        },
      }),
      async ({ get }) => {
        const paths = ['/routed', '/sub', '/sub/fail', '/path/x', '/list', '/it', '/none'];
        const answers: unknown[] = [];
        for (const path of paths) answers.push([path, (await get(path)).text]);
        return answers;
      },
    );
    expect(result).toEqual([
      ['/routed', 'routed 2'],
      ['/sub', '/sub sub /sub'],
      ['/sub/fail', 'sorry: of the sub-application'],
      ['/path/x', 'below the path /x'],
      ['/list', 'noted'],
      ['/it', '["handled"]'],
      ['/none', expect.stringContaining('Cannot GET /none')],
    ]);
    expect(telemetry.spans().filter(({ name }) => name === 'sorry')).toEqual([]);
    expect(telemetry.openSpans()).toEqual([]);
  });

  it('stays the same for one function that is used twice, and for what it is', async () => {
    const { result, telemetry } = await tasteAll(
      () => {
        const facts: unknown[] = [];
        function once(this: unknown, request: Request, _response: unknown, next: Next): void {
          facts.push(this === undefined, arguments.length, request.note);
          request.note = 'been here';
          next();
        }
        return {
          controllers: [target(facts)],
          prepare: (app) => {
            app.use(once, once);
            app.use('/it', once);
          },
        };
      },
      ({ get }) => get('/it'),
    );
    expect(JSON.parse(result.text)).toEqual(
      [true, 3, null as unknown].concat([true, 3, 'been here'], [true, 3, 'been here'], 'handled'),
    );
    expect(telemetry.spans().filter(({ name }) => name === 'once')).toHaveLength(3);
  });

  it('stays the same for what a middleware does to the request and the response', async () => {
    const { result, expectTrace } = await tasteAll(
      () => ({
        controllers: [target()],
        prepare: (app) => {
          app.use(function counting(request: Request, response: ExpressResponse, next: Next) {
            const { json } = response;
            response.json = (body) => json.call(response, { body, url: request.url });
            response.on('finish', () => {});
            response.locals['seen'] = true;
            next();
          });
        },
      }),
      ({ get }) => get('/it'),
    );
    expect(JSON.parse(result.text)).toEqual({ body: ['handled'], url: '/it' });
    await expectTrace('GET /it', [{ name: 'counting' }, HANDLER]);
  });
});
