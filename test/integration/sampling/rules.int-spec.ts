import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { TraceFlags } from '@opentelemetry/api';
import { Controller, Get, Module, Post, type DynamicModule } from '@nestjs/common';
import { Agent, request } from 'node:http';
import { OtelModule, type SamplingOptions } from 'nestrace';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { untraced } from '../../support/client.js';
import { waitUntil } from '../../support/wait-until.js';

@Controller('api')
class ShopController {
  @Get('products/:id')
  product(): string {
    return 'a product';
  }

  @Post('products/:id')
  change(): string {
    return 'changed';
  }

  @Get('orders')
  orders(): string {
    return 'orders';
  }

  @Get('other')
  other(): string {
    return 'other';
  }
}

/** Counts the requests that are sampled; to keep ten thousand traces would only take memory. */
class Counter implements SpanProcessor {
  sampled = 0;
  open = 0;

  onStart(): void {
    this.open++;
  }

  onEnd(span: ReadableSpan): void {
    this.open--;
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) this.sampled++;
  }

  forceFlush = (): Promise<void> => Promise.resolve();
  shutdown = (): Promise<void> => Promise.resolve();
}

/** How often a request is sent whose share is measured. */
const REQUESTS: Readonly<Record<string, number>> = { Express: 10_000, Fastify: 2000 };

/** A share that a fair sampler misses once in 10^6 runs. */
function margin(ratio: number, requests: number): number {
  return 5 * Math.sqrt((ratio * (1 - ratio)) / requests);
}

describe.each(ADAPTERS)('sampling rules on %s', (name, createAdapter) => {
  const requests = REQUESTS[name] ?? 0;
  const counter = new Counter();
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  let running: RunningApp;

  const start = async (sampling: SamplingOptions): Promise<void> => {
    @Module({ controllers: [ShopController] })
    class ShopModule {}
    const imports = [
      OtelModule.forRoot({
        exporters: 'none',
        panel: false,
        autoTrace: false,
        processors: [counter],
        sampling,
      }),
    ];
    const module: DynamicModule = { module: ShopModule, imports };
    running = await startApp(module, createAdapter());
  };

  afterEach(async () => {
    await running.close();
  });

  const send = (line: string, headers = {}): Promise<number> =>
    untraced(
      () =>
        new Promise((resolve, reject) => {
          const [method, path] = line.split(' ');
          request(running.url + path, { method, agent, headers }, (response) => {
            response.resume().on('end', () => {
              resolve(response.statusCode ?? 0);
            });
          })
            .on('error', reject)
            .end();
        }),
    );

  /** Sends a request often, over connections that stay, and tells the share of them with a trace. */
  const observe = async (line: string, count: number, headers = {}): Promise<number> => {
    counter.sampled = 0;
    let left = count;
    const one = async (): Promise<void> => {
      while (left-- > 0) expect([200, 201]).toContain(await send(line, headers));
    };
    await Promise.all(Array.from({ length: 16 }, one));
    await waitUntil(() => counter.open === 0, 'the end of all requests');
    return counter.sampled / count;
  };

  it('sample what was asked for, rule by rule', async () => {
    await start({
      ratio: 0.2,
      rules: [
        { match: 'POST /api/products/:id', ratio: 1 },
        { match: '/api/products/:id', ratio: 0.05 },
        { match: { method: 'GET', path: /orders$/ }, ratio: 0 },
      ],
    });
    const asked: readonly (readonly [line: string, ratio: number, rule: string])[] = [
      ['POST /api/products/7', 1, 'POST /api/products/:id'],
      ['GET /api/products/7', 0.05, '/api/products/:id'],
      ['GET /api/orders', 0, '/orders$/'],
      ['GET /api/other', 0.2, '(none: ratio)'],
    ];
    const rows = [];
    for (const [line, ratio, rule] of asked) {
      const observed = await observe(line, requests);
      rows.push({ rule, request: line, asked: ratio, observed });
      expect(Math.abs(observed - ratio), line).toBeLessThanOrEqual(margin(ratio, requests));
    }
    if (process.env['NESTRACE_TEST_TABLES'] !== undefined) {
      console.log(`${name}, ${requests} requests each`);
      console.table(rows);
    }
  }, 120_000);

  it('leave to the caller what the caller has decided', async () => {
    await start({ ratio: 1, rules: [{ match: '/api/orders', ratio: 0.5 }] });
    const ids = '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331';
    for (const [flags, share] of [
      ['01', 1],
      ['00', 0],
    ] as const) {
      const headers = { traceparent: `00-${ids}-${flags}` };
      expect(await observe('GET /api/orders', 50, headers)).toBe(share);
    }
  });
});
