import { createServer, type RequestListener, type Server } from 'node:http';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredSpan } from '../../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';
import {
  IngestHub,
  type IngestParts,
} from '../../../../../libs/nestrace/src/sinks/panel/ingest/ingest-hub.js';
import { freePort } from '../../../../support/demo.js';
import { SpanRecorder } from '../../../../support/recorded-spans.js';
import { waitUntil } from '../../../../support/wait-until.js';
import { LIMITS } from '../../../pipeline/otlp-reading/expected-stored-span.js';

/** A process with a panel, as far as the others see it. */
class Process {
  readonly received: StoredSpan[] = [];
  readonly log: string[] = [];
  readonly hub: IngestHub;

  constructor(
    readonly name: string,
    options: Partial<IngestParts['options']> = {},
    parts: Partial<IngestParts> = {},
  ) {
    const keep = (level: string) => (text: string) => void this.log.push(`${level} ${text}`);
    this.hub = new IngestHub({
      options: { host: '127.0.0.1', port, token: undefined, role: 'auto', ...options },
      limits: LIMITS,
      service: { name, instanceId: `instance of ${name}` },
      receive: (spans) => {
        this.received.push(...spans);
        return spans.length;
      },
      panelUrl: () => `http://localhost:3000/${name}`,
      log: {
        info: keep('info'),
        warn: keep('warn'),
        error: keep('error'),
        debug: keep('debug'),
      },
      lookAgainMs: 10,
      ...parts,
    });
    processes.push(this);
  }

  get role(): string {
    return this.hub.state.role;
  }

  get names(): string[] {
    return this.received.map(({ name }) => name);
  }

  get troubles(): string[] {
    return this.log.filter((line) => !line.startsWith('debug'));
  }

  end(span: string): void {
    for (const ended of spansOf(this.name, span)) this.hub.forwarder.onEnd(ended);
  }
}

function spansOf(service: string, name: string): ReadableSpan[] {
  const recorder = new SpanRecorder();
  const resource = resourceFromAttributes({
    'service.name': service,
    'service.instance.id': `instance of ${service}`,
  });
  const provider = new TracerProvider({
    resource,
    sampler: new AlwaysOnSampler(),
    spanProcessors: [recorder],
  });
  provider.getTracer('tests').startSpan(name).end();
  return recorder.spans;
}

let port = 0;
let processes: Process[] = [];
let servers: Server[] = [];

beforeEach(async () => {
  port = await freePort();
});

afterEach(async () => {
  await Promise.all(
    processes.map(async ({ hub }) => {
      await hub.stop();
      await hub.forwarder.abandon();
    }),
  );
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  processes = [];
  servers = [];
});

async function somebodyElse(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

describe('IngestHub', () => {
  it('makes the first process the hub and the others its siblings', async () => {
    const orders = new Process('orders');
    const billing = new Process('billing');
    expect(orders.role).toBe('waiting');
    await orders.hub.start();
    await billing.hub.start();
    expect(orders.hub.state).toMatchObject({ role: 'hub', url: `http://127.0.0.1:${port}` });
    expect(billing.hub.state).toMatchObject({
      role: 'sibling',
      panelUrl: 'http://localhost:3000/orders',
    });
    billing.end('charge');
    orders.end('of its own');
    await waitUntil(() => orders.names.length > 0, 'the span arrives');
    expect(orders.names).toEqual(['charge']);
    expect(orders.hub.state).toMatchObject({
      requests: 1,
      spans: 1,
      rejected: 0,
      services: ['billing'],
    });
    await waitUntil(() => billing.hub.state.spans === 1, 'the span is counted');
    expect([...orders.troubles, ...billing.troubles]).toEqual([]);
  });

  it('agrees on one hub when all start at once', async () => {
    const all = ['a', 'b', 'c', 'd'].map((name) => new Process(name));
    await Promise.all(all.map(({ hub }) => hub.start()));
    expect(all.map(({ role }) => role).toSorted()).toEqual([
      'hub',
      'sibling',
      'sibling',
      'sibling',
    ]);
  });

  it('puts a sibling in the place of a hub that ends, and the rest follow', async () => {
    const [first, second, third] = [
      new Process('first'),
      new Process('second'),
      new Process('third'),
    ];
    await first.hub.start();
    await second.hub.start();
    await third.hub.start();
    await first.hub.stop();
    expect(first.role).toBe('waiting');
    await waitUntil(
      () => [second.role, third.role].toSorted().join() === 'hub,sibling',
      'another hub is found',
    );
    const [hub, sibling] = second.role === 'hub' ? [second, third] : [third, second];
    await waitUntil(() => sibling.hub.state.panelUrl?.endsWith(hub.name) === true, 'it is known');
    sibling.end('later');
    await waitUntil(() => hub.names.includes('later'), 'the span arrives');
    hub.end('not sent anywhere');
    expect(hub.names).toEqual(['later']);
  });

  it('does not take its own spans from an exporter that sends here too', async () => {
    const orders = new Process('orders');
    await orders.hub.start();
    await orders.hub.forwarder.sendTo(`http://127.0.0.1:${port}`);
    orders.end('its own');
    await waitUntil(() => orders.hub.forwarder.sent === 1, 'the span is sent');
    expect(orders.received).toEqual([]);
    expect(orders.hub.state).toMatchObject({ spans: 0, rejected: 0, services: [] });
  });

  it('counts what its store does not take', async () => {
    const orders = new Process('orders', {}, { receive: () => 0 });
    const billing = new Process('billing');
    await orders.hub.start();
    await billing.hub.start();
    billing.end('charge');
    await waitUntil(() => orders.hub.state.requests === 1, 'the span arrives');
    expect(orders.hub.state).toMatchObject({ spans: 0, rejected: 1 });
  });

  it('leaves a port alone that something else has, and says so once', async () => {
    const requests: string[] = [];
    const server = await somebodyElse((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      response.writeHead(404).end();
    });
    const orders = new Process('orders');
    await orders.hub.start();
    orders.end('not for a stranger');
    await waitUntil(() => requests.length > 2, 'it looks again');
    expect(orders.hub.state.role).toBe('blocked');
    expect(orders.hub.state.problem).toMatch(
      new RegExp(`Port ${port} is taken .* panel\\.ingest\\.port`),
    );
    expect(new Set(requests)).toEqual(new Set(['GET /.nestrace/hub']));
    expect(orders.troubles).toEqual([`warn ${orders.hub.state.problem}`]);
    server.closeAllConnections();
    server.close();
    await waitUntil(() => orders.role === 'hub', 'the port is free');
    expect(orders.hub.state.problem).toBeUndefined();
  });

  it('does not wait for one that never answers', async () => {
    await somebodyElse(() => {});
    const orders = new Process('orders');
    await orders.hub.start();
    expect(orders.role).toBe('blocked');
  });

  it('does not listen as a sibling, and does not send as a hub', async () => {
    const sibling = new Process('sibling', { role: 'sibling' });
    await sibling.hub.start();
    expect(sibling.role).toBe('waiting');
    const hub = new Process('hub', { role: 'hub' });
    await hub.hub.start();
    expect(hub.role).toBe('hub');
    await waitUntil(() => sibling.role === 'sibling', 'the hub is found');
    const other = new Process('other', { role: 'hub' });
    await other.hub.start();
    expect(other.hub.state).toMatchObject({ role: 'blocked' });
    expect(other.hub.state.problem).toContain('panel.ingest.role');
  });

  it('sends the token, and says when it is another one', async () => {
    const hub = new Process('hub', { token: 'sesame' });
    const friend = new Process('friend', { token: 'sesame' });
    const stranger = new Process('stranger');
    await hub.hub.start();
    await friend.hub.start();
    await stranger.hub.start();
    friend.end('hello');
    await waitUntil(() => hub.names.length > 0, 'the span arrives');
    expect(hub.names).toEqual(['hello']);
    expect(stranger.hub.state.problem).toContain('panel.ingest.token');
  });

  it('says why it cannot listen', async () => {
    const orders = new Process('orders', { host: '192.0.2.1' });
    await orders.hub.start();
    expect(orders.hub.state.role).toBe('blocked');
    expect(orders.troubles).toHaveLength(1);
  });

  it('can be stopped at any moment, twice, and without a start', async () => {
    const early = new Process('early');
    await early.hub.stop();
    const late = new Process('late');
    const started = late.hub.start();
    await late.hub.stop();
    await late.hub.stop();
    await started;
    expect(late.role).toBe('waiting');
    const next = new Process('next');
    await next.hub.start();
    expect(next.role).toBe('hub');
  });
});
