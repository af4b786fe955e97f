import {
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  RequestMethod,
  Scope,
  SetMetadata,
  UseGuards,
  VersioningType,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import fastifyHelmet from '@fastify/helmet';
import { Test } from '@nestjs/testing';
import helmet from 'helmet';
import { createServer, request as httpRequest } from 'node:http';
import { connect as connectHttp2, type OutgoingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { map, of, type Observable } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { SECRET, TRACE_ID } from '../../unit/support/fake-backend.js';
import {
  panelModule,
  startPanelApp,
  type PanelApp,
  type PanelAppOptions,
} from '../../unit/support/panel-app.js';

const Public = () => SetMetadata('public', true);

@Injectable()
class PublicOnlyGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    return this.reflector.getAllAndOverride('public', targets) === true;
  }
}

@Injectable()
class WrappingInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((value: unknown) => ({ wrapped: value })));
  }
}

@Injectable()
class DoorList {
  readonly isOpen = true;
}

/** Can only be made where its dependency is. */
@Injectable()
class DoorGuard implements CanActivate {
  constructor(private readonly doors: DoorList) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, unknown> }>();
    return this.doors.isOpen && headers['x-door'] === 'open';
  }
}

@Injectable({ scope: Scope.REQUEST })
class PerRequestGuard implements CanActivate {
  constructor(@Inject(DoorList) private readonly doors: DoorList) {}

  canActivate(context: ExecutionContext): Observable<boolean> {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, unknown> }>();
    return of(this.doors.isOpen && headers['x-door'] === 'open');
  }
}

@Module({ providers: [DoorList, DoorGuard, PerRequestGuard] })
class DoorModule {}

@UseGuards(DoorGuard)
@Controller('behind')
class BehindController {
  @Get()
  see(): string {
    return 'seen';
  }
}

@Module({ providers: [DoorList], controllers: [BehindController] })
class OnlyUsedThereModule {}

const open = { 'x-door': 'open' };

describe.each(ADAPTERS)('the panel mounted on %s', (name, adapter) => {
  let running: PanelApp | undefined;

  afterEach(async () => {
    await running?.close();
    running = undefined;
  });

  const start = async (options: PanelAppOptions = {}): Promise<PanelApp> => {
    running = await startPanelApp(adapter(), options);
    return running;
  };

  /** Follows what the page says like a browser does, and loads all of it. */
  const expectPanelAt = async (url: string): Promise<void> => {
    const page = await call(url);
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    const base = new URL(/<base href="([^"]*)"/.exec(page.text)?.[1] ?? 'none', url);
    const meta = await call(new URL('api/meta', base).href);
    expect(meta.text).toContain(SECRET);
    const files = [...page.text.matchAll(/(?:src|href)="(\.\/assets\/[^"]+)"/g)];
    expect(files.length).toBeGreaterThan(1);
    for (const [, file = ''] of files) {
      expect((await call(new URL(file, base).href)).status).toBe(200);
    }
  };

  it('answers with page, files and data', async () => {
    const { url } = await start();
    await expectPanelAt(`${url}/_otel`);
    expect((await call(`${url}/things`)).text).toBe('{"things":3}');
  });

  it('answers at another path, of several segments, too', async () => {
    const { url } = await start({ panel: { path: 'internal/traces' } });
    await expectPanelAt(`${url}/internal/traces`);
    expect((await call(`${url}/_otel`)).status).toBe(404);
  });

  it('is not there at all when it is off', async () => {
    const { url, address, log } = await start({ panel: { enabled: false } });
    expect([address.path, address.url(), log.lines]).toEqual([undefined, undefined, []]);
    for (const path of ['/_otel', '/_otel/', '/_otel/api/meta', `/_otel/t/${TRACE_ID}`]) {
      const answer = await call(url + path);
      expect(answer.status).toBe(404);
      expect(answer.headers['x-robots-tag']).toBeUndefined();
    }
  });

  it('answers below a global prefix, with and without a slash at the end', async () => {
    const { url, address } = await start({
      configure: (app) => void app.setGlobalPrefix('api'),
    });
    expect(address.path).toBe('/api/_otel');
    expect(address.url()).toBe(`${url.replace('127.0.0.1', 'localhost')}/api/_otel`);
    await expectPanelAt(`${url}/api/_otel`);
    const slash = await call(`${url}/api/_otel/`);
    const target = new URL(slash.headers.location ?? '', `${url}/api/_otel/`).href;
    if (slash.status === 302) {
      expect(slash.headers.location).toBe('../_otel');
      await expectPanelAt(target);
    } else {
      await expectPanelAt(`${url}/api/_otel/`);
    }
    expect((await call(`${url}/_otel`)).status).toBe(404);
  });

  it('answers outside a global prefix it is excluded from', async () => {
    const exclude = ['_otel', '_otel/{*path}'];
    const { url, log } = await start({
      configure: (app) => void app.setGlobalPrefix('api', { exclude }),
    });
    await expectPanelAt(`${url}/_otel`);
    expect((await call(`${url}/_otel/`)).status).toBeLessThan(400);
    expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
    expect(log.lines.map(({ message }) => message)).toEqual([
      `Panel: ${url.replace('127.0.0.1', 'localhost')}/_otel`,
    ]);
  });

  it('says so when only its page is excluded from the prefix', async () => {
    const exclude = [{ path: '_otel', method: RequestMethod.GET }];
    const { log } = await start({
      configure: (app) => void app.setGlobalPrefix('api', { exclude }),
    });
    expect(log.lines[0]?.message).toContain("Exclude '_otel/{*path}' as well");
  });

  it('has no version where the application has', async () => {
    const { url } = await start({
      configure: (app) =>
        void app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
    });
    await expectPanelAt(`${url}/_otel`);
    expect((await call(`${url}/v1/_otel`)).status).toBe(404);
    expect((await call(`${url}/v1/things`)).status).toBe(200);
  });

  it('is stopped by a global guard, unless its decorators say something else', async () => {
    const providers = [{ provide: APP_GUARD, useClass: PublicOnlyGuard }];
    const { url } = await start({ providers });
    for (const path of ['/_otel', '/_otel/api/meta', '/_otel/api/stream']) {
      const answer = await call(url + path);
      expect(answer.status).toBe(403);
      expect(answer.text).not.toContain(SECRET);
    }
    await running?.close();
    const opened = await start({ providers, panel: { decorators: [Public()] } });
    await expectPanelAt(`${opened.url}/_otel`);
    expect((await call(`${opened.url}/things`)).status).toBe(403);
  });

  it('does not show through the slash what a global guard hides', async () => {
    const providers = [{ provide: APP_GUARD, useClass: PublicOnlyGuard }];
    const { url } = await start({ providers });
    const answer = await call(`${url}/_otel/`);
    expect([302, 403]).toContain(answer.status);
    expect(answer.text).not.toContain('<html');
  });

  it('is not wrapped by an interceptor that wraps what others return', async () => {
    const providers = [{ provide: APP_INTERCEPTOR, useClass: WrappingInterceptor }];
    const { url } = await start({ providers });
    await expectPanelAt(`${url}/_otel`);
    expect((await call(`${url}/_otel/api/meta`)).text).not.toContain('wrapped');
    expect((await call(`${url}/things`)).text).toContain('wrapped');
  });

  it.each([
    ['a guard its module provides', [DoorGuard], [DoorModule]],
    ['one that another controller uses', [DoorGuard], [OnlyUsedThereModule]],
    ['one that is made for each request', [PerRequestGuard], [DoorModule]],
    ['one that is ready', [new DoorGuard(new DoorList())], []],
  ])('lets %s decide', async (_which, guards, imports) => {
    const { url } = await start({ panel: { guards }, imports });
    for (const path of ['/_otel', '/_otel/api/meta']) {
      const refused = await call(url + path);
      expect(refused.status).toBe(403);
      expect(refused.text).not.toContain(SECRET);
      expect(refused.headers['x-content-type-options']).toBe('nosniff');
      expect((await call(url + path, { headers: open })).status).toBe(200);
    }
  });

  it('makes a guard nobody provides', async () => {
    @Injectable()
    class LonelyGuard implements CanActivate {
      constructor(private readonly reflector: Reflector) {}

      canActivate(context: ExecutionContext): boolean {
        const { headers } = context
          .switchToHttp()
          .getRequest<{ headers: Record<string, unknown> }>();
        return this.reflector instanceof Reflector && headers['x-door'] === 'open';
      }
    }
    const { url } = await start({ panel: { guards: [LonelyGuard] } });
    expect((await call(`${url}/_otel`)).status).toBe(403);
    expect((await call(`${url}/_otel`, { headers: open })).status).toBe(200);
  });

  it('works under the defaults of helmet, with its own policy', async () => {
    const configure = (app: INestApplication): void => {
      if (name === 'Express') app.use(helmet());
      else void (app.getHttpAdapter() as FastifyAdapter).register(fastifyHelmet as never);
    };
    const { url } = await start({ configure });
    await expectPanelAt(`${url}/_otel`);
    const page = await call(`${url}/_otel`);
    const policy = page.headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('upgrade-insecure-requests');
    const others = await call(`${url}/things`);
    expect(others.headers['content-security-policy']).toContain('upgrade-insecure-requests');
  });

  it('works behind a proxy that cuts something off the path, when that is allowed', async () => {
    const { url } = await start({ panel: { trustProxy: true } });
    const proxy = createServer((incoming, outgoing) => {
      const path = (incoming.url ?? '').replace(/^\/shop/, '');
      const headers = { ...incoming.headers, 'x-forwarded-for': '203.0.113.9' };
      httpRequest(url + path, { headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      }).end();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    await expectPanelAt(`http://127.0.0.1:${port}/shop/_otel`);
    const link = await call(`http://127.0.0.1:${port}/shop/_otel/t/${TRACE_ID}`);
    expect(link.headers.location).toBe(`../#/trace/${TRACE_ID}`);
    proxy.close();
  });

  it('is another one in each application of a process', async () => {
    const first = await start({ panel: { path: 'one', decorators: [Public()] } });
    const second = await startPanelApp(adapter(), {
      panel: { path: 'two' },
      providers: [{ provide: APP_GUARD, useClass: PublicOnlyGuard }],
    });
    await expectPanelAt(`${first.url}/one`);
    expect((await call(`${first.url}/two`)).status).toBe(404);
    expect((await call(`${second.url}/two`)).status).toBe(403);
    await second.close();
  });

  it('warns in production, where it takes a guard to start at all', async () => {
    const environment = 'production';
    await expect(startPanelApp(adapter(), { environment })).rejects.toThrow('panel.enabled');
    const { log } = await start({ environment, panel: { authorize: () => true } });
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]?.level).toBe('warn');
    expect(log.lines[0]?.message).toMatch(/^Panel: http.*, in production/);
  });

  it('is served by the first of two modules', async () => {
    const { url } = await start({ imports: [panelModule({}).module] });
    await expectPanelAt(`${url}/_otel`);
  });

  it('stays away from applications without HTTP', async () => {
    const { module, log } = panelModule({});
    const context = await NestFactory.createApplicationContext(module, { logger: false });
    expect(log.lines.filter(({ level }) => level === 'info')).toEqual([]);
    await context.close();
  });

  it('is there in a testing module', async () => {
    const { module } = panelModule({});
    const testing = await Test.createTestingModule({ imports: [module] }).compile();
    const app = testing.createNestApplication(adapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    await expectPanelAt(`${await app.getUrl()}/_otel`);
    await app.close();
  });

  it('tells where it is, with the token for the page and not for the server', async () => {
    const { log, url } = await start({ panel: { token: 'auto' } });
    const line = log.lines.find(({ message }) => message.startsWith('Panel:'))?.message ?? '';
    expect(line).toMatch(/^Panel: http:\/\/localhost:\d+\/_otel#token=[\w-]{22}$/);
    const token = line.split('#token=')[1] ?? '';
    const authorization = `Bearer ${token}`;
    expect((await call(`${url}/_otel/api/meta`)).status).toBe(401);
    const answer = await call(`${url}/_otel/api/meta`, { headers: { authorization } });
    expect(answer.text).toContain(SECRET);
  });
});

it('speaks HTTP/2', async () => {
  const running = await startPanelApp(new FastifyAdapter({ http2: true } as never));
  const session = connectHttp2(running.url);
  const ask = (headers: OutgoingHttpHeaders): Promise<string> =>
    new Promise((resolve, reject) => {
      let text = '';
      const stream = session.request(headers);
      stream.setEncoding('utf8');
      stream.on('response', (given) => (text += `${given[':status']} `));
      stream.on('data', (chunk: string) => {
        text += chunk;
        if (text.includes('event: tick')) resolve(text);
      });
      stream.on('end', () => resolve(text));
      stream.on('error', reject);
      stream.end();
    });
  expect(await ask({ ':path': '/_otel' })).toMatch(/^200 <!doctype html>/i);
  expect(await ask({ ':path': '/_otel/api/meta' })).toContain(SECRET);
  expect(await ask({ ':path': '/_otel/api/stream' })).toContain('event: tick');
  expect(await ask({ ':path': '/_otel/api/meta', ':authority': 'evil.test' })).toMatch(/^403 /);
  const closed = running.close();
  session.close();
  await closed;
});

describe('the slash at the end on Fastify', () => {
  it.each([{ routerOptions: { ignoreTrailingSlash: true } }, {}])(
    'does not stand in the way with %o',
    async (options) => {
      const running = await startPanelApp(new FastifyAdapter(options));
      const answer = await call(`${running.url}/_otel/`);
      expect([200, 302]).toContain(answer.status);
      await running.close();
    },
  );
});
