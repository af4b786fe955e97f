import {
  Controller,
  Get,
  Injectable,
  Module,
  Param,
  Res,
  type LoggerService,
} from '@nestjs/common';
import { InMemoryTelemetry } from 'nestrace/testing';
import { NoTrace, OtelModule, type OtelModuleOptions } from 'nestrace';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { startOtlpHttpReceiver } from '../../support/receivers/otlp-http.receiver.js';
import { waitUntil } from '../../support/wait-until.js';

@Injectable()
class UsersService {
  find(id: string): { id: string } {
    return { id };
  }

  fail(): never {
    throw new TypeError('nobody is there');
  }
}

let letGo: (() => void) | undefined;

@Controller('users')
class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get('fail')
  fail(): never {
    return this.users.fail();
  }

  @Get('slow')
  async slow(): Promise<string> {
    await new Promise<void>((resolve) => {
      letGo = resolve;
    });
    return 'done';
  }

  @NoTrace()
  @Get('secret')
  secret(): string {
    return 'nothing to see';
  }

  @Get(':id')
  one(@Param('id') id: string): { id: string } {
    return this.users.find(id);
  }
}

interface Summary {
  readonly id: string;
  readonly name: string;
  readonly spans: number;
  readonly inFlight: boolean;
  readonly notExported?: true;
}

describe.each(ADAPTERS)('the live panel on %s', (_name, adapter) => {
  let running: RunningApp | undefined;
  const lines: string[] = [];

  afterEach(async () => {
    letGo?.();
    await running?.close();
    running = undefined;
    lines.length = 0;
  });

  const note = (message: unknown): void => {
    lines.push(String(message));
  };
  const logger: LoggerService = { log: note, warn: note, error: note };

  async function start(options: OtelModuleOptions = {}): Promise<string> {
    @Module({
      imports: [
        OtelModule.forRoot({
          exporters: 'none',
          environment: 'development',
          outgoing: false,
          panel: true,
          ...options,
        }),
      ],
      controllers: [UsersController],
      providers: [UsersService],
    })
    class AppModule {}
    running = await startApp(AppModule, adapter(), { logger });
    return running.url;
  }

  async function read<T>(url: string, path: string): Promise<T> {
    const { status, text } = await call(`${url}/_otel/api/${path}`);
    expect(status).toBe(200);
    return JSON.parse(text) as T;
  }

  const traces = async (url: string): Promise<readonly Summary[]> =>
    (await read<{ traces: readonly Summary[] }>(url, 'traces')).traces;

  it('shows the tree that processors see, times and all', async () => {
    const telemetry = new InMemoryTelemetry();
    const url = await start({ processors: [telemetry] });
    await call(`${url}/users/7`);
    const seen = await telemetry.waitForTrace('GET /users/:id');
    const [summary] = await traces(url);
    expect(summary).toMatchObject({ name: 'GET /users/:id', spans: seen.length, inFlight: false });
    const detail = await read<{
      names: string[];
      spans: { id: string[]; name: number[]; parent: number[]; duration: number[] };
    }>(url, `traces/${summary?.id}`);
    const { id, name, parent, duration } = detail.spans;
    const shown = id.map((spanId, row) => ({
      spanId,
      name: detail.names[name[row] ?? -1],
      parentSpanId: id[parent[row] ?? -1],
    }));
    const expected = seen.map(({ spanId, name: spanName, parentSpanId }) => ({
      spanId,
      name: spanName,
      parentSpanId,
    }));
    expect(shown.toSorted((a, b) => a.spanId.localeCompare(b.spanId))).toEqual(
      expected.toSorted((a, b) => a.spanId.localeCompare(b.spanId)),
    );
    for (const [row, spanId] of id.entries()) {
      const micros = (seen.find((span) => span.spanId === spanId)?.durationMs ?? 0) * 1000;
      expect(Math.abs((duration[row] ?? 0) - micros)).toBeLessThanOrEqual(1.5);
    }
  });

  it('shows a request while it hangs, and its end', async () => {
    const url = await start();
    const answer = call(`${url}/users/slow`);
    await waitUntil(() => letGo !== undefined, 'the handler runs');
    expect(await traces(url)).toMatchObject([{ name: 'GET /users/slow', inFlight: true }]);
    letGo?.();
    await answer;
    expect(await traces(url)).toMatchObject([{ name: 'GET /users/slow', inFlight: false }]);
  });

  it('shows nothing of what is to leave no trace, nor of itself', async () => {
    const url = await start({ sampling: { ignore: ['/users/9'] } });
    await call(`${url}/users/secret`);
    await call(`${url}/users/9`);
    await call(`${url}/_otel`);
    await call(`${url}/_otel/nothing/here`);
    expect(await traces(url)).toEqual([]);
    const { spans } = await read<{ spans: { open: number } }>(url, 'export');
    expect(spans.open).toBe(0);
  });

  it('shows what the sampler left out, marked, and neither exports nor passes it on', async () => {
    const receiver = await startOtlpHttpReceiver();
    try {
      const url = await start({
        exporters: { type: 'otlp', protocol: 'http/protobuf', endpoint: receiver.url },
        batch: { scheduledDelayMs: 10 },
        sampling: { ratio: 0 },
        lifecycle: false,
      });
      const { headers } = await call(`${url}/users/7`);
      expect(headers['server-timing']).toMatch(
        /^traceparent;desc="00-[\da-f]{32}-[\da-f]{16}-00"$/,
      );
      const sampled = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      await call(`${url}/users/8`, { headers: { traceparent: sampled } });
      await waitUntil(() => receiver.spans().length > 0, 'the sampled trace is exported');
      const shown = await traces(url);
      expect(shown.map(({ notExported }) => notExported)).toEqual([undefined, true]);
      expect(shown.map(({ spans }) => spans)).toEqual([3, 3]);
      const ids = new Set(receiver.spans().map(({ traceId }) => traceId));
      expect([...ids]).toEqual(['0af7651916cd43dd8448eb211c80319c']);
    } finally {
      await receiver.close();
    }
  });

  it('records nothing of that where it is told so', async () => {
    const url = await start({
      sampling: { ratio: 0 },
      panel: { enabled: true, recordUnsampled: false },
    });
    await call(`${url}/users/7`);
    expect(await traces(url)).toEqual([]);
    const { recording } = await read<{ recording: object }>(url, 'meta');
    expect(recording).toMatchObject({ state: 'not-sampling' });
  });

  it('is linked from every response, and from the log for those that fail', async () => {
    const url = await start();
    const fine = await call(`${url}/users/7`);
    const failed = await call(`${url}/users/fail?token=abc`);
    const link = String(failed.headers['x-trace-link']);
    expect(link).toBe(`${url}/_otel/t/${failed.headers['x-trace-id']}`);
    await waitUntil(() => lines.some((line) => line.includes('answered 500')), 'a line in the log');
    expect(lines).toContain(`GET /users/fail answered 500: ${link}`);
    expect(lines.join('\n')).not.toContain(String(fine.headers['x-trace-link']));
    const { status, headers } = await call(link);
    expect([status, headers['location']]).toEqual([
      302,
      expect.stringMatching(new RegExp(`#/trace/${failed.headers['x-trace-id']}$`)),
    ]);
  });

  it('writes no link into anything for a host that is none', async () => {
    const url = await start();
    const { headers } = await call(`${url}/users/7`, { headers: { host: 'a"><b' } });
    expect(headers['x-trace-link']).toBeUndefined();
  });

  it('leaves responses and log alone outside of development', async () => {
    const url = await start({ environment: 'staging', panel: { enabled: true } });
    const { headers } = await call(`${url}/users/fail`);
    expect(headers['x-trace-link']).toBeUndefined();
    expect(headers['server-timing']).toBeUndefined();
    expect(lines.join('\n')).not.toContain('answered 500');
  });

  it('tells how a trace came in', async () => {
    const url = await start();
    await call(`${url}/users/7`, {
      headers: { traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` },
    });
    const [summary] = await traces(url);
    expect(await read(url, `traces/${summary?.id}/propagation`)).toMatchObject({
      propagators: ['tracecontext', 'baggage'],
      incoming: [
        {
          verdict: 'ignored: all-zero id',
          headers: [{ name: 'traceparent', verdict: 'malformed', note: 'trace id is all zero' }],
          sampled: true,
        },
      ],
    });
  });
});

describe('the panel in production', () => {
  @Controller()
  class HelloController {
    @Get()
    hello(@Res() response: ServerResponse): void {
      response.end('hello');
    }
  }

  async function start(options: OtelModuleOptions): Promise<RunningApp> {
    @Module({
      imports: [OtelModule.forRoot({ exporters: 'none', environment: 'production', ...options })],
      controllers: [HelloController],
    })
    class AppModule {}
    return startApp(AppModule);
  }

  it('is not there', async () => {
    const app = await start({});
    try {
      for (const path of ['_otel', '_otel/', '_otel/api/meta', '_otel/assets/x.js']) {
        expect((await call(`${app.url}/${path}`)).status).toBe(404);
      }
    } finally {
      await app.close();
    }
  });

  it('does not start without somebody who says who may see it', async () => {
    await expect(start({ panel: true })).rejects.toThrow(
      /panel\.enabled = true[\s\S]*panel\.guards or panel\.authorize/,
    );
  });

  it('starts with one', async () => {
    const app = await start({ panel: { enabled: true, authorize: () => true } });
    try {
      expect((await call(`${app.url}/_otel/api/meta`)).status).toBe(200);
    } finally {
      await app.close();
    }
  });
});
