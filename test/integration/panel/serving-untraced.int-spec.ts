import { Injectable, type CanActivate } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { OtelModule, Traced } from 'nestrace';
import { InMemoryTelemetry } from 'nestrace/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { TRACE_ID } from '../../unit/support/fake-backend.js';
import { startPanelApp, type PanelApp } from '../../unit/support/panel-app.js';

class Doorman {
  @Traced()
  async mayPass(): Promise<boolean> {
    await Promise.resolve();
    return trace.getTracer('test').startActiveSpan('ask', (span) => {
      span.end();
      return true;
    });
  }
}

@Injectable()
class OpenGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

describe.each(ADAPTERS)('the panel that is read on %s', (_name, adapter) => {
  const telemetry = new InMemoryTelemetry();
  let running: PanelApp | undefined;

  afterEach(async () => {
    await running?.close();
    telemetry.clear();
  });

  it('makes no traces itself, with everything traced automatically', async () => {
    const doorman = new Doorman();
    running = await startPanelApp(adapter(), {
      // What `_otel` is not traced for is its name, whoever serves it.
      panel: { path: 'internal/spans', guards: [OpenGuard], authorize: () => doorman.mayPass() },
      imports: [
        OtelModule.forRoot({
          exporters: 'none',
          processors: [telemetry],
          panel: { enabled: false },
        }),
      ],
    });
    const { url } = running;
    const action = {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-otel-panel': '1' },
      body: '{}',
    };
    for (const path of ['', '/assets/none.js', `/t/${TRACE_ID}`, '/api/meta', '/api/traces']) {
      await call(`${url}/internal/spans${path}`);
    }
    expect((await call(`${url}/internal/spans/api/clear`, action)).status).toBe(200);
    await call(`${url}/things`);
    await telemetry.waitForTrace((span) => span.attributes['url.path'] === '/things');
    const servers = telemetry.spans().filter(({ kind }) => kind === 'SERVER');
    expect(servers.map(({ attributes }) => attributes['url.path'])).toEqual(['/things']);
    const names = telemetry.spans().map(({ name }) => name);
    expect(names.filter((name) => /ask|Doorman|OtelPanel|HeadersGuard/.test(name))).toEqual([]);
  });
});
