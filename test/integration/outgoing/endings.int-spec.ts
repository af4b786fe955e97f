import { once } from 'node:events';
import http, { type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, pipeline } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { Injectable, Module } from '@nestjs/common';
import axios from 'axios';
import { OtelModule, Traced } from 'nestrace';
import { InMemoryTelemetry, type SpanView } from 'nestrace/testing';
import { request as undiciRequest } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../../support/apps.js';
import { waitUntil } from '../../support/wait-until.js';

/** More than any client reads before somebody asks for it. */
const BIG = 'x'.repeat(1_000_000);

const telemetry = new InMemoryTelemetry();

@Injectable()
class Caller {
  @Traced()
  async run<T>(call: () => Promise<T>): Promise<T> {
    return call();
  }

  @Traced()
  goOn(): void {}
}

@Module({
  imports: [OtelModule.forRoot({ exporters: 'none', autoTrace: false, processors: [telemetry] })],
  providers: [Caller],
})
class AppModule {}

/** Sends `/big`, `/half` of what it promises and breaks off, or whatever a test makes of it. */
async function startServer() {
  const waiting: ServerResponse[] = [];
  const server = http.createServer((request, response) => {
    if (request.url === '/big') response.end(BIG);
    else if (request.url === '/wait') waiting.push(response);
    else if (request.url === '/half' || request.url === '/half-of-a-list') {
      if (request.url === '/half') response.setHeader('content-length', '100');
      response.write('half');
      setTimeout(() => request.socket.destroy(), 10);
    } else {
      response.write('first');
      waiting.push(response);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    waiting,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const responseOf = async (request: ClientRequest): Promise<IncomingMessage> => {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
};

/** Waits for the end, whatever it is; `once` would take an error for its own. */
const closed = (emitter: NodeJS.EventEmitter): Promise<void> =>
  new Promise((resolve) => void emitter.once('close', resolve));

describe('the span of a call', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let running: RunningApp;
  let caller: Caller;

  beforeAll(async () => {
    server = await startServer();
  });
  beforeEach(async () => {
    running = await startApp(AppModule);
    caller = running.app.get(Caller);
  });
  afterEach(async () => {
    await running.close();
    telemetry.clear();
    for (const response of server.waiting.splice(0)) response.destroy();
  });
  afterAll(() => server.close());

  const ended = () => telemetry.spans().filter(({ kind }) => kind === 'CLIENT');
  const clientSpan = async (): Promise<SpanView> => {
    await waitUntil(() => ended().length > 0, 'the call has ended');
    return ended()[0] as SpanView;
  };
  const openCalls = () => telemetry.openSpans().filter((name) => name === 'GET');

  describe('whose response nobody reads', () => {
    const ways: Record<string, (url: string) => Promise<unknown>> = {
      fetch: (url) => fetch(url),
      'http.get': (url) => responseOf(http.get(url)),
    };

    it.each(Object.keys(ways))('ends with its trace: %s', async (way) => {
      await caller.run(async () => {
        await ways[way]?.(`${server.url}/big`);
        caller.goOn();
        expect(openCalls()).toHaveLength(1);
      });
      expect(telemetry.openSpans()).toEqual([]);
      const client = await clientSpan();
      expect(client.status.code).toBe('UNSET');
      expect(client.attributes['http.response.status_code']).toBe(200);
      const later = telemetry.spans().find(({ name }) => name === 'Caller.goOn') as SpanView;
      expect(client.startTime + client.durationMs).toBeLessThanOrEqual(later.startTime);
    });

    it.each(Object.keys(ways))('ends with the head when it has no other: %s', async (way) => {
      await ways[way]?.(`${server.url}/big`);
      expect(telemetry.openSpans()).toEqual([]);
      expect(ended()).toHaveLength(1);
    });

    it.each(Object.keys(ways))('ends with the head when its trace is over: %s', async (way) => {
      let answer: Promise<unknown> | undefined;
      await caller.run(async () => {
        answer = ways[way]?.(`${server.url}/stream`);
        await waitUntil(() => server.waiting.length > 0, 'the call has arrived');
      });
      await answer;
      expect(ended()).toHaveLength(1);
    });
  });

  describe('whose response is read', () => {
    const ways: Record<string, (url: string) => Promise<() => Promise<string>>> = {
      fetch: async (url) => {
        const response = await fetch(url);
        return () => response.text();
      },
      'http.get': async (url) => {
        const response = await responseOf(http.get(url));
        return () => readText(response);
      },
    };

    it.each(Object.keys(ways))('goes on until the end of it: %s', async (way) => {
      await caller.run(async () => {
        const read = await ways[way]?.(`${server.url}/stream`);
        caller.goOn();
        expect(openCalls()).toHaveLength(1);
        server.waiting[0]?.end(' last');
        expect(await read?.()).toBe('first last');
        await clientSpan();
      });
      const client = await clientSpan();
      const between = telemetry.spans().find(({ name }) => name === 'Caller.goOn') as SpanView;
      expect(client.startTime + client.durationMs).toBeGreaterThan(between.startTime);
    });

    it.each(['/half', '/half-of-a-list'])('tells a failure when %s is all', async (path) => {
      const [attempts, codes] = [Object.values(ways), ['UND_ERR_SOCKET', 'ECONNRESET']];
      for (const [index, attempt] of attempts.entries()) {
        const reading = caller.run(async () => (await attempt(`${server.url}${path}`))());
        await expect(reading).rejects.toBeDefined();
        const client = await clientSpan();
        expect(client.status.code).toBe('ERROR');
        expect(client.attributes['error.type']).toBe(codes[index]);
        telemetry.clear();
      }
    });
  });

  describe('that its caller gives up', () => {
    const arrived = () => waitUntil(() => server.waiting.length > 0, 'the call has arrived');
    const ways: Record<string, (url: string) => Promise<unknown>> = {
      'http, destroyed before the response': async (url) => {
        const request = http.get(`${url}/wait`).on('error', () => {});
        await arrived();
        request.destroy();
        await closed(request);
      },
      'http, destroyed before it has a connection': async (url) => {
        const request = http.get(`${url}/wait`).on('error', () => {});
        request.destroy();
        await closed(request);
      },
      'http, the request destroyed within the response': async (url) => {
        const request = http.get(`${url}/stream`).on('error', () => {});
        const response = await responseOf(request);
        response.on('error', () => {});
        request.destroy();
        await closed(request);
      },
      'http, the response destroyed': async (url) => {
        const request = http.get(`${url}/stream`);
        const response = await responseOf(request);
        response.destroy();
        await closed(request);
      },
      'http, aborted within the response': async (url) => {
        const abort = new AbortController();
        const request = http.get(`${url}/stream`, { signal: abort.signal }).on('error', () => {});
        const response = await responseOf(request);
        response.on('error', () => {});
        abort.abort();
        await closed(request);
      },
      'http, the other end of a pipeline is gone': async (url) => {
        const request = http.get(`${url}/stream`).on('error', () => {});
        const target = new PassThrough();
        pipeline(await responseOf(request), target, () => {});
        target.destroy();
        await closed(request);
      },
      'axios, aborted before the response': async (url) => {
        const abort = new AbortController();
        const answer = axios.get(`${url}/wait`, { signal: abort.signal }).catch(() => {});
        await arrived();
        abort.abort();
        await answer;
      },
      'axios, aborted within the response': async (url) => {
        const abort = new AbortController();
        const answer = axios.get(`${url}/stream`, { signal: abort.signal }).catch(() => {});
        await arrived();
        abort.abort();
        await answer;
      },
      'fetch, aborted within the response': async (url) => {
        const abort = new AbortController();
        await fetch(`${url}/stream`, { signal: abort.signal });
        abort.abort();
      },
      'fetch, the body cancelled': async (url) => {
        const response = await fetch(`${url}/stream`);
        await response.body?.cancel();
      },
      'request of undici, the body destroyed': async (url) => {
        const { body } = await undiciRequest(`${url}/stream`);
        body.on('error', () => {}).destroy();
        await closed(body);
      },
    };

    it.each(Object.keys(ways))('is no failure: %s', async (way) => {
      await caller.run(async () => {
        await ways[way]?.(server.url);
        await clientSpan();
      });
      const client = await clientSpan();
      expect(client.status.code).toBe('UNSET');
      expect(client.attributes).not.toHaveProperty('error.type');
    });

    it('is one when the caller says so', async () => {
      await caller.run(async () => {
        const request = http.get(`${server.url}/wait`).on('error', () => {});
        await arrived();
        request.destroy(Object.assign(new Error('too late'), { code: 'ETIMEDOUT' }));
        await closed(request);
      });
      expect(await clientSpan()).toMatchObject({
        status: { code: 'ERROR', message: 'too late' },
        attributes: { 'error.type': 'ETIMEDOUT' },
      });
    });
  });
});
