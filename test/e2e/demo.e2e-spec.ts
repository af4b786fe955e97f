import { once } from 'node:events';
import { createServer as createHttpServer, get } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, type Answer } from '../support/client.js';
import { Demo, drawnTraces, freePort } from '../support/demo.js';
import { ORDER_TREE } from '../support/demo-order.js';
import { startOtlpGrpcReceiver } from '../support/receivers/otlp-grpc.receiver.js';
import type { OtlpSpan } from '../support/receivers/otlp-span.js';
import type { Receiver } from '../support/receivers/receiver.js';
import { waitUntil } from '../support/wait-until.js';

const KEY = { 'x-api-key': 'demo' };
const JSON_BODY = { 'content-type': 'application/json' };

function order(demo: Demo, body: unknown, headers: Record<string, string> = KEY): Promise<Answer> {
  return call(`${demo.ordersUrl}/orders`, {
    method: 'POST',
    headers: { ...JSON_BODY, ...headers },
    body: JSON.stringify(body),
  });
}

function upload(demo: Demo, file: string): Promise<Answer> {
  const boundary = 'part-of-a-form';
  const body = [
    `--${boundary}`,
    'content-disposition: form-data; name="file"; filename="products.csv"',
    'content-type: text/csv',
    '',
    file,
    `--${boundary}--`,
    '',
  ].join('\r\n');
  return call(`${demo.ordersUrl}/products/import`, {
    method: 'POST',
    headers: { ...KEY, 'content-type': `multipart/form-data; boundary=${boundary}` },
    body,
  });
}

/** Takes the first port that is free from this one on. */
async function listenFrom(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return listenFrom(port + 1);
  }
}

function traceOf(demo: Demo, { headers }: Answer) {
  return demo.trace(headers['x-trace-id']);
}

describe.each(['express', 'fastify'])('the demo on %s', (adapter) => {
  let demo: Demo;
  let collector: Receiver<OtlpSpan>;

  beforeAll(async () => {
    collector = await startOtlpGrpcReceiver();
    demo = await Demo.start({
      ADAPTER: adapter,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      RESTOCK_INTERVAL_MS: '200',
    });
  });

  afterAll(async () => {
    await demo?.stop('SIGKILL');
    await collector?.close();
  });

  it('draws an order as one trace across both services', async () => {
    const answer = await order(demo, { userId: 1, lines: [{ sku: 'coffee', quantity: 2 }] });

    expect(answer.status).toBe(201);
    expect(JSON.parse(answer.text)).toMatchObject({
      user: { id: 1 },
      lines: [{ product: { sku: 'coffee' }, quantity: 2 }],
    });
    expect(JSON.parse((await call(`${demo.ordersUrl}/users`)).text)).toContainEqual({
      id: 1,
      name: 'Ada',
      spentCents: 2 * 1890,
    });
    const trace = await traceOf(demo, answer);
    expect(trace.services).toBe('orders → inventory');
    expect(trace.tree).toBe(ORDER_TREE);
    expect(trace.text).not.toContain('✖');
  });

  it('shows a denied request up to the guard that denied it', async () => {
    const answer = await order(demo, { userId: 1, lines: [{ sku: 'coffee', quantity: 1 }] }, {});

    expect(answer.status).toBe(403);
    const trace = await traceOf(demo, answer);
    expect(trace.tree).toBe('POST /orders SERVER\n  ApiKeyGuard.canActivate internal');
    expect(trace.text).toMatch(/ApiKeyGuard\.canActivate .* deny$/m);
    expect(trace.text).toContain(' 403');
  });

  it('shows that an invalid order got no further than the pipe', async () => {
    const answer = await order(demo, { userId: 1, lines: [{ sku: 'coffee', quantity: 0 }] });

    expect(answer.status).toBe(400);
    expect(answer.text).toContain('quantity must not be less than 1');
    const trace = await traceOf(demo, answer);
    expect(trace.tree).toBe(
      `
POST /orders SERVER
  ApiKeyGuard.canActivate internal
  LocationInterceptor.intercept internal
  ValidationPipe.transform internal
  LocationInterceptor.intercept (after) internal`.trimStart(),
    );
    expect(trace.text).toMatch(/ApiKeyGuard\.canActivate .* allow$/m);
    expect(trace.text).toMatch(/ValidationPipe\.transform .* body · BadRequestException$/m);
    expect(trace.text).toContain(' 400');
  });

  it('shows a domain error where it was thrown, and the answer the filter made of it', async () => {
    const answer = await order(demo, { userId: 1, lines: [{ sku: 'grinder', quantity: 1 }] });

    expect(answer.status).toBe(409);
    expect(JSON.parse(answer.text)).toEqual({
      statusCode: 409,
      message: 'Not enough of grinder in stock',
      sku: 'grinder',
    });
    const trace = await traceOf(demo, answer);
    expect(trace.services).toBe('orders → inventory');
    expect(trace.text.match(/✖ OutOfStockError: .*/g)).toEqual([
      '✖ OutOfStockError: Not enough of grinder in stock',
    ]);
    expect(trace.tree).toContain('ROLLBACK CLIENT');
    expect(trace.tree).not.toContain('INSERT');
  });

  it('flags one query per row, and not the repaired route', async () => {
    const naive = await call(`${demo.ordersUrl}/users/2/orders/naive`);
    const repaired = await call(`${demo.ordersUrl}/users/2/orders`);

    expect(JSON.parse(naive.text)).toEqual(JSON.parse(repaired.text));
    expect(JSON.parse(naive.text)).toHaveLength(8);
    const [flagged, fine] = [await traceOf(demo, naive), await traceOf(demo, repaired)];
    expect(flagged.tree.split('\n').at(-1)?.trim()).toMatch(/^SELECT order_lines .* {2}×8 CLIENT$/);
    expect(flagged.text).toContain('N+1');
    expect(fine.tree.match(/CLIENT/g)).toHaveLength(1);
    expect(fine.text).not.toContain('N+1');
  });

  it('flags a slow query', async () => {
    const answer = await call(`${demo.ordersUrl}/reports/slow`);

    expect(JSON.parse(answer.text)).toMatchObject({ numbers: 500_000 });
    expect((await traceOf(demo, answer)).text).toMatch(/SELECT .* CLIENT .* slow/);
  });

  it('shows an exception once, on the span that threw it', async () => {
    const answer = await call(`${demo.ordersUrl}/reports/fail`);

    expect(answer.status).toBe(500);
    const trace = await traceOf(demo, answer);
    expect(trace.tree).toBe(
      `
GET /reports/fail SERVER
  ReportsController.fail internal
    ReportsService.lastYear internal`.trimStart(),
    );
    expect(trace.text.match(/✖ Error: .*/g)).toEqual([
      '✖ Error: The orders of last year are in the archive, which is not mounted',
    ]);
    expect(trace.text.indexOf('✖ Error:')).toBeGreaterThan(trace.text.indexOf('.lastYear'));
  });

  it('follows a download to its last row', async () => {
    const answer = await call(`${demo.ordersUrl}/orders/export.csv`);

    expect(answer.text).toMatch(/^order,user,sku,quantity,price_cents\n1,Ada,coffee,1,1890\n/);
    const { tree } = await traceOf(demo, answer);
    expect(tree).toMatch(
      /^GET \/orders\/export\.csv SERVER\n {2}OrdersController\.export internal\n {2}OrdersExport\.csv internal\n(?: {4}OrdersExport\.pageAfter internal\n(?: {6}SELECT .* CLIENT\n?)+)+$/,
    );
  });

  it('takes an uploaded file', async () => {
    const answer = await upload(demo, 'tea,Green tea,900');

    expect(answer.status).toBe(201);
    expect((await traceOf(demo, answer)).tree).toBe(
      `
POST /products/import SERVER
  ApiKeyGuard.canActivate internal
  MixinInterceptor.intercept internal
  ValidationPipe.transform internal
  ParseFilePipe.transform internal
  ProductsController.import internal
    ProductsService.import internal
      INSERT products CLIENT
  MixinInterceptor.intercept (after) internal`.trimStart(),
    );
    expect(JSON.parse((await call(`${demo.ordersUrl}/products`)).text)).toContainEqual({
      sku: 'tea',
      name: 'Green tea',
      priceCents: 900,
    });
  });

  it('tells listeners about orders while their trace stays open', async () => {
    const stream = get(`${demo.ordersUrl}/orders/feed`);
    const [response] = (await once(stream, 'response')) as [NodeJS.ReadableStream & Answer];
    await order(demo, { userId: 3, lines: [{ sku: 'mug', quantity: 1 }] });
    let events = '';
    response.on('data', (chunk: Buffer) => (events += chunk.toString()));
    await waitUntil(() => events.includes('"user":"Linus"'), 'the order was told');
    stream.destroy();

    expect((await traceOf(demo, response)).tree).toBe(
      'GET /orders/feed SERVER\n  OrdersController.stream internal',
    );
  });

  it('gives background work one line', async () => {
    const line = /^inventory │ StockRestocker\.restock {2}2 spans {2}.* trace ([0-9a-f]{32})$/m;
    await waitUntil(() => line.test(demo.stdout), 'the restocker has run');

    const traceId = line.exec(demo.stdout)?.[1];
    expect(drawnTraces(demo.stdout).filter((trace) => trace.traceId === traceId)).toEqual([]);
  });

  it('gives the start of each service one line, and delivers all of it', async () => {
    for (const service of ['orders', 'inventory']) {
      expect(demo.stdout).toMatch(new RegExp(`^${service} +│ app\\.bootstrap {2}\\d+ spans`, 'm'));
    }
    const hook = (): OtlpSpan | undefined =>
      collector.spans().find(({ name }) => name === 'DatabaseSeed.onApplicationBootstrap');
    await waitUntil(() => hook() !== undefined, 'the hook has been delivered');
    const names = collector
      .spans()
      .filter(({ traceId }) => traceId === hook()?.traceId)
      .map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['DataSource.initialize', 'INSERT products', 'app.bootstrap']),
    );
  });

  it('ends both services when interrupted, after everything was delivered', async () => {
    const listener = get(`${demo.ordersUrl}/orders/feed`);
    listener.on('error', () => {});
    await once(listener, 'response');
    const last = await order(demo, { userId: 1, lines: [{ sku: 'teapot', quantity: 1 }] });
    await call(`${demo.ordersUrl}/health`);

    expect(await demo.stop('SIGINT')).toBe(0);

    await expect(call(demo.ordersUrl)).rejects.toThrow('ECONNREFUSED');
    await expect(call(demo.inventoryUrl)).rejects.toThrow('ECONNREFUSED');
    const delivered = collector
      .spans()
      .filter(({ traceId }) => traceId === last.headers['x-trace-id'])
      .map(({ name, resource }) => `${resource['service.name']}: ${name}`);
    expect(delivered).toHaveLength(30);
    const ends = collector.spans().filter(({ name }) => name === 'app.shutdown');
    expect(ends).toHaveLength(2);
    expect(new Set(ends.map(({ resource }) => resource['service.name']))).toEqual(
      new Set(['orders', 'inventory']),
    );
    expect(delivered).toEqual(
      expect.arrayContaining(['orders: POST /orders', 'inventory: POST /stock/reserve']),
    );
    expect(collector.spans().filter(({ name }) => name.includes('health'))).toEqual([]);
    expect(demo.output).not.toContain('health');
  });

  it('prints no colours into a pipe', () => {
    expect(demo.output).not.toContain('\u001b[');
  });
});

describe('the launcher', () => {
  it('prints bare lines of JSON when asked, everything else goes to the error output', async () => {
    const demo = await Demo.start({}, '--json');
    try {
      const answer = await order(demo, { userId: 1, lines: [{ sku: 'mug', quantity: 1 }] });
      const spans = (): { traceId: string; service: string }[] =>
        demo.stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as { traceId: string; service: string })
          .filter(({ traceId }) => traceId === answer.headers['x-trace-id']);
      await waitUntil(() => spans().length === 30, 'all spans of the order were printed');

      expect(new Set(spans().map(({ service }) => service))).toEqual(
        new Set(['orders', 'inventory']),
      );
      expect(demo.stderr).toContain('Try these');
    } finally {
      await demo.stop();
    }
  });

  it('goes on without a collector, and says so once for both services', async () => {
    const port = await freePort();
    const demo = await Demo.start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    });
    try {
      const warnings = (): readonly string[] =>
        demo.output.match(/^(orders|inventory) .*Spans cannot be delivered to otlp/gm) ?? [];
      await waitUntil(() => warnings().length > 0, 'it was said');
      const answer = await order(demo, { userId: 1, lines: [{ sku: 'mug', quantity: 1 }] });

      expect(answer.status).toBe(201);
      expect((await traceOf(demo, answer)).services).toBe('orders → inventory');
      expect(await demo.stop('SIGTERM')).toBe(0);
      expect(warnings()).toHaveLength(1);
    } finally {
      await demo.stop('SIGKILL');
    }
  });

  it('shows every trace in production too', async () => {
    const demo = await Demo.start({ NODE_ENV: 'production' });
    try {
      await Promise.all(Array.from({ length: 20 }, () => call(`${demo.ordersUrl}/users`)));
      const drawn = () =>
        drawnTraces(demo.stdout).filter(({ text }) => text.includes('GET /users'));
      await waitUntil(() => drawn().length === 20, 'all traces are drawn');

      expect(new Set(drawn().map(({ traceId }) => traceId)).size).toBe(20);
    } finally {
      await demo.stop();
    }
  });

  it('leaves the share of traces to whoever sets it', async () => {
    const demo = await Demo.start({ OTEL_SAMPLING_RATIO: '0' });
    try {
      expect((await call(`${demo.ordersUrl}/users`)).status).toBe(200);
      expect(await demo.stop('SIGTERM')).toBe(0);

      expect(demo.stdout).toContain('Try these');
      expect(demo.stdout).not.toMatch(/trace [0-9a-f]{32}/);
    } finally {
      await demo.stop('SIGKILL');
    }
  });

  it('answers 502 when inventory answers with something else than JSON', async () => {
    const proxy = createHttpServer((_, response) => {
      response.writeHead(409, { 'content-type': 'text/html' }).end('<h1>Conflict</h1>');
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    const demo = await Demo.start({ INVENTORY_URL: `http://127.0.0.1:${port}` });
    try {
      const answer = await order(demo, { userId: 1, lines: [{ sku: 'mug', quantity: 1 }] });

      expect(answer.status).toBe(502);
      expect(answer.text).toContain('The inventory service answered 409');
      expect((await traceOf(demo, answer)).tree).not.toContain('INSERT');
    } finally {
      await demo.stop();
      proxy.close();
    }
  });

  it('draws what belongs to the trace of a caller, and what comes later as a late part', async () => {
    const demo = await Demo.start();
    try {
      const traceId = '0af7651916cd43dd8448eb211c80319c';
      const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
      await call(`${demo.ordersUrl}/users`, { headers });
      const first = await demo.trace(traceId);
      await call(`${demo.ordersUrl}/products`, { headers });
      await waitUntil(() => demo.stdout.includes('GET /products'), 'the late part is drawn');

      expect(first.text).toMatch(/GET \/users .* continues b7ad6b7169203331\n/);
      expect(demo.stdout.split('A late part of a trace above:\n')).toHaveLength(2);
      const [, late = ''] = demo.stdout.split('A late part of a trace above:\n');
      expect(drawnTraces(late).map(({ tree }) => tree)).toEqual([
        `
GET /products SERVER
  ProductsController.findAll internal
    ProductsService.findAll internal
      SELECT products CLIENT`.trimStart(),
      ]);
    } finally {
      await demo.stop();
    }
  });

  it('can be interrupted before the services are ready', async () => {
    const demo = await Demo.launch();
    try {
      const isStarting = (): boolean => demo.stdout.includes('Starting');
      await waitUntil(isStarting, 'the services are started', 240_000);

      expect(await demo.stop('SIGTERM')).toBe(0);
      expect(demo.stderr).toBe('');
      await expect(call(demo.ordersUrl)).rejects.toThrow('ECONNREFUSED');
    } finally {
      await demo.stop('SIGKILL');
    }
  });

  it('stops the other service when one ends by itself', async () => {
    const demo = await Demo.start();
    try {
      const pid = /^inventory │ \[Nest\] (\d+)/m.exec(demo.output)?.[1];
      process.kill(Number(pid), 'SIGKILL');

      expect(await demo.exitCode()).toBe(1);
      expect(demo.stderr).toBe('inventory has ended by itself (SIGKILL). Stopping.\n');
      await expect(call(demo.ordersUrl)).rejects.toThrow('ECONNREFUSED');
    } finally {
      await demo.stop('SIGKILL');
    }
  });

  it('names a port that is taken and the variable to change it, before anything else', async () => {
    const port = await freePort();
    const stranger = createServer().listen(port, '127.0.0.1');
    await once(stranger, 'listening');
    try {
      const demo = await Demo.launch({ INVENTORY_PORT: String(port) });

      expect(await demo.exitCode()).toBe(1);
      expect(demo.stderr).toBe(
        `Port ${port} is already in use, so inventory cannot start.\n` +
          `Try INVENTORY_PORT=${port + 100} npm start\n`,
      );
      expect(demo.stdout).toBe('');
    } finally {
      stranger.close();
    }
  });

  it('has one command for two ports that are taken, with ports that exist', async () => {
    const strangers = [await listenFrom(65_450), await listenFrom(65_450)];
    const ports = strangers.map((stranger) => String((stranger.address() as AddressInfo).port));
    const [orders = '', inventory = ''] = ports;
    try {
      const demo = await Demo.launch({ ORDERS_PORT: orders, INVENTORY_PORT: inventory });

      expect(await demo.exitCode()).toBe(1);
      const [first, second, advice = '', ...rest] = demo.stderr.split('\n');
      expect(first).toBe(`Port ${orders} is already in use, so orders cannot start.`);
      expect(second).toBe(`Port ${inventory} is already in use, so inventory cannot start.`);
      expect(advice).toMatch(/^Try ORDERS_PORT=\d+ INVENTORY_PORT=\d+ npm start$/);
      const offered = advice.match(/\d+/g) ?? [];
      expect(new Set([...ports, ...offered]).size).toBe(4);
      expect(Math.max(...offered.map(Number))).toBeLessThan(65_536);
      expect(rest).toEqual(['']);
    } finally {
      for (const stranger of strangers) stranger.close();
    }
  });

  it.each([
    [{ ORDERS_PORT: 'http' }, 'ORDERS_PORT must be a port from 1 to 65535, not "http".\n'],
    [{ TRACE_FORMAT: 'xml' }, 'TRACE_FORMAT must be one of tree, json, not "xml".\n'],
  ])('refuses %o with one sentence', async (env, sentence) => {
    const demo = await Demo.launch(env);

    expect(await demo.exitCode()).toBe(1);
    expect(demo.stderr).toBe(sentence);
    expect(demo.stdout).toBe('');
  });
});
