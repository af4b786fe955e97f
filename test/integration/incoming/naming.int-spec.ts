import { Controller, Get, Module, Version, VERSION_NEUTRAL, VersioningType } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { OtelModule } from 'nestrace';
import { InMemoryTelemetry } from 'nestrace/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp, type StartOptions } from '../../support/apps.js';
import { call } from '../../support/client.js';

@Controller({ path: ['users', 'people'], version: ['1', VERSION_NEUTRAL] })
class UsersController {
  @Get([':id', ':id/profile'])
  one(): string {
    return 'one';
  }

  @Get(':id/posts/:postId')
  @Version('2')
  post(): string {
    return 'post';
  }
}

@Controller('reports')
class ReportsController {
  @Get('daily')
  daily(): string {
    return 'daily';
  }
}

@Module({ controllers: [ReportsController] })
class ReportsModule {}

const telemetry = new InMemoryTelemetry();

@Module({
  imports: [
    OtelModule.forRoot({ exporters: 'none', autoTrace: false, processors: [telemetry] }),
    ReportsModule,
    RouterModule.register([{ path: 'admin', module: ReportsModule }]),
  ],
  controllers: [UsersController],
})
class NamingModule {}

describe.each(ADAPTERS)('the name of a request on %s', (_name, createAdapter) => {
  let running: RunningApp;
  const nameOf = async (path: string, headers = {}): Promise<unknown[]> => {
    telemetry.clear();
    await call(running.url + path, { headers });
    const [span] = await telemetry.waitForTrace();
    return [span?.name, span?.attributes['http.route'], span?.attributes['nest.module']];
  };
  const start = async (configure?: StartOptions['configure']) => {
    running = await startApp(NamingModule, createAdapter(), configure && { configure });
  };
  afterEach(() => running.close());

  it('is the route of the alternative that matched', async () => {
    await start();
    expect(await nameOf('/users/1')).toEqual(['GET /users/:id', '/users/:id', 'NamingModule']);
    expect((await nameOf('/people/1/profile'))[0]).toBe('GET /people/:id/profile');
  });

  it('has the prefix of RouterModule, and the module of the controller', async () => {
    await start();
    expect(await nameOf('/admin/reports/daily')).toEqual([
      'GET /admin/reports/daily',
      '/admin/reports/daily',
      'ReportsModule',
    ]);
  });

  it('has the global prefix, but not for what is behind none', async () => {
    await start((app) => app.setGlobalPrefix('api'));
    expect((await nameOf('/api/users/1'))[0]).toBe('GET /api/users/:id');
    expect((await nameOf('/api/nowhere/1')).slice(0, 2)).toEqual(['GET', undefined]);
    expect((await nameOf('/nowhere')).slice(0, 2)).toEqual(['GET', undefined]);
  });

  it('has the version in the path', async () => {
    await start((app) => app.enableVersioning({ type: VersioningType.URI }));
    expect((await nameOf('/v1/users/7'))[0]).toBe('GET /v1/users/:id');
    expect((await nameOf('/v2/users/7/posts/9'))[0]).toBe('GET /v2/users/:id/posts/:postId');
    expect((await nameOf('/people/7'))[0]).toBe('GET /people/:id');
  });

  it('knows no version that is in a header', async () => {
    await start((app) => app.enableVersioning({ type: VersioningType.HEADER, header: 'x-v' }));
    expect((await nameOf('/users/7', { 'x-v': '1' }))[0]).toBe('GET /users/:id');
    expect((await nameOf('/users/7/posts/9', { 'x-v': '2' }))[0]).toBe(
      'GET /users/:id/posts/:postId',
    );
  });

  it('is the method alone for a preflight request', async () => {
    await start((app) => app.enableCors());
    telemetry.clear();
    await call(`${running.url}/users/1`, {
      method: 'OPTIONS',
      headers: { origin: 'http://a.example', 'access-control-request-method': 'GET' },
    });
    const [span] = await telemetry.waitForTrace();
    expect(span?.name).toBe('OPTIONS');
    expect(span?.attributes).toMatchObject({ 'http.response.status_code': 204 });
    expect(span?.attributes).not.toHaveProperty('http.route');
  });

  it('does not grow with the number of different paths', async () => {
    await start();
    telemetry.clear();
    await Promise.all(Array.from({ length: 300 }, (_, n) => call(`${running.url}/users/u${n}`)));
    await telemetry.waitForTrace();
    expect(new Set(telemetry.spans().map((span) => span.name))).toEqual(
      new Set(['GET /users/:id']),
    );
  });
});
