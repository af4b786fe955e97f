import type { ExporterInput } from 'nestrace';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../../support/client.js';
import { startOtlpGrpcReceiver } from '../../support/receivers/otlp-grpc.receiver.js';
import { startOtlpHttpReceiver } from '../../support/receivers/otlp-http.receiver.js';
import type { Behaviour, Receiver } from '../../support/receivers/receiver.js';
import { startZipkinReceiver } from '../../support/receivers/zipkin.receiver.js';
import { buildFixture, type BuiltFixture, type RunningFixture } from '../../support/run-fixture.js';
import { waitUntil } from '../../support/wait-until.js';

/** An export may take so long that a process which waits for one is seen to hang. */
const EXPORT_MS = 60_000;
const SHUTDOWN_MS = 500;
/** Far more than a process needs to end, and far less than an export may take. */
const EXIT_MS = 10_000;

const SPANS_PER_REQUEST = 10;

type AnyReceiver = Receiver<{ readonly name: string }>;

interface Protocol {
  readonly name: string;
  start(): Promise<AnyReceiver>;
  exporter(endpoint: string): ExporterInput;
  /** How this backend says that it is not ready. */
  readonly unavailable: number;
}

const otlp =
  (protocol: 'grpc' | 'http/protobuf') =>
  (endpoint: string): ExporterInput => ({
    type: 'otlp',
    protocol,
    endpoint,
    timeoutMs: EXPORT_MS,
  });

const PROTOCOLS: readonly Protocol[] = [
  { name: 'grpc', start: startOtlpGrpcReceiver, exporter: otlp('grpc'), unavailable: 14 },
  {
    name: 'http/protobuf',
    start: startOtlpHttpReceiver,
    exporter: otlp('http/protobuf'),
    unavailable: 503,
  },
  {
    name: 'zipkin',
    start: startZipkinReceiver,
    exporter: (endpoint) => ({ type: 'zipkin', endpoint, timeoutMs: EXPORT_MS }),
    unavailable: 503,
  },
];

let fixture: BuiltFixture;
let receiver: AnyReceiver;

beforeAll(async () => {
  fixture = await buildFixture('delivery');
}, 60_000);
afterAll(async () => {
  await fixture.remove();
});
afterEach(async () => {
  await receiver.close();
});

interface StartedApp {
  readonly app: RunningFixture;
  readonly url: string;
}

async function startApp(
  exporters: ExporterInput,
  { scheduledDelayMs = 20, shutdownMs = SHUTDOWN_MS, enableShutdownHooks = false } = {},
): Promise<StartedApp> {
  const app = fixture.start({
    options: {
      exporters,
      batch: { scheduledDelayMs, exportTimeoutMs: EXPORT_MS },
      shutdown: { timeoutMs: shutdownMs },
    },
    enableShutdownHooks,
  });
  const { url } = await app.waitForEvent('listening', 30_000);
  return { app, url: String(url) };
}

async function work(url: string, requests: number): Promise<void> {
  for (let count = 0; count < requests; count++) {
    expect(await call(`${url}/work`)).toMatchObject({ status: 200, text: 'done' });
  }
}

interface Books {
  readonly accepted: number;
  readonly exported: number;
  readonly failed: number;
  readonly dropped: { readonly queue_full: number; readonly shutdown: number };
}

async function booksOf(app: RunningFixture): Promise<Books> {
  const { books } = await app.waitForEvent('closed', EXIT_MS);
  return (books as readonly Books[])[0] as Books;
}

const isWarning = (line: string): boolean => line.startsWith('warn');

describe.each(PROTOCOLS)(
  'a process that exports over $name',
  ({ start, exporter, unavailable }) => {
    const troubles: readonly (readonly [string, Behaviour])[] = [
      ['takes requests and never answers', { kind: 'hang' }],
      ['accepts connections and says nothing', { kind: 'silent' }],
      ['is not ready', { kind: 'status', status: unavailable }],
    ];

    it.each(troubles)('ends soon after app.close() when the backend %s', async (_, trouble) => {
      receiver = await start();
      await receiver.behave(trouble);
      const { app, url } = await startApp(exporter(receiver.url));
      await work(url, 3);
      await waitUntil(
        () =>
          receiver.requests.length + receiver.connections > 0 ||
          app.logged().some((line) => isWarning(line)),
        'an export is under way',
      );

      await call(`${url}/close`, { method: 'POST' });

      const { accepted, exported, failed, dropped } = await booksOf(app);
      expect(await app.waitForExit(EXIT_MS)).toEqual({ code: 0, signal: null });
      expect(app.stderr).toBe('');
      expect(accepted).toBe(3 * SPANS_PER_REQUEST + 1);
      expect(exported).toBe(0);
      expect(failed).toBeGreaterThan(0);
      expect(failed + dropped.shutdown).toBe(accepted);
      expect(app.logged().filter((line) => isWarning(line))).toEqual([
        expect.stringContaining('Spans cannot be delivered to'),
        expect.stringContaining(`could not be delivered within ${SHUTDOWN_MS} ms`),
      ]);
    });

    it('ends without waiting when the backend is not there', async () => {
      receiver = await start();
      await receiver.behave({ kind: 'refuse' });
      const { app, url } = await startApp(exporter(receiver.url), { shutdownMs: EXPORT_MS });
      await work(url, 3);

      await call(`${url}/close`, { method: 'POST' });

      const { accepted, failed } = await booksOf(app);
      expect(await app.waitForExit(EXIT_MS)).toEqual({ code: 0, signal: null });
      expect(app.stderr).toBe('');
      expect({ accepted, failed }).toEqual({
        accepted: 3 * SPANS_PER_REQUEST + 1,
        failed: 3 * SPANS_PER_REQUEST + 1,
      });
      expect(app.logged().filter((line) => isWarning(line))).toEqual([
        expect.stringContaining('Spans cannot be delivered to'),
      ]);
    });

    it.each([
      ['at once', 0],
      ['after a while', 300],
    ])('loses nothing when the backend answers %s', async (_, afterMs) => {
      receiver = await start();
      await receiver.behave({ kind: 'ok', afterMs });
      const { app, url } = await startApp(exporter(receiver.url), {
        scheduledDelayMs: EXPORT_MS,
        shutdownMs: EXIT_MS,
      });
      await work(url, 5);
      expect(receiver.requests).toEqual([]);

      await call(`${url}/close`, { method: 'POST' });

      expect(await booksOf(app)).toMatchObject({ accepted: 51, exported: 51, failed: 0 });
      expect(await app.waitForExit(EXIT_MS)).toEqual({ code: 0, signal: null });
      expect(app.stderr).toBe('');
      expect(receiver.spans()).toHaveLength(51);
      expect(app.logged().filter((line) => isWarning(line))).toEqual([]);
    });

    it('delivers what is left when it gets SIGTERM', async () => {
      receiver = await start();
      const { app, url } = await startApp(exporter(receiver.url), {
        scheduledDelayMs: EXPORT_MS,
        shutdownMs: EXIT_MS,
        enableShutdownHooks: true,
      });
      await work(url, 3);

      app.kill('SIGTERM');

      expect(await app.waitForExit(EXIT_MS)).toEqual({ code: null, signal: 'SIGTERM' });
      expect(app.stderr).toBe('');
      expect(receiver.spans()).toHaveLength(3 * SPANS_PER_REQUEST);
    });

    it('ends after SIGTERM even when the backend hangs', async () => {
      receiver = await start();
      await receiver.behave({ kind: 'hang' });
      const { app, url } = await startApp(exporter(receiver.url), { enableShutdownHooks: true });
      await work(url, 1);
      await waitUntil(() => receiver.requests.length > 0, 'an export is under way');

      app.kill('SIGTERM');

      expect(await app.waitForExit(EXIT_MS)).toEqual({ code: null, signal: 'SIGTERM' });
      expect(app.stderr).toBe('');
      expect(app.logged().at(-1)).toContain('could not be delivered within');
    });
  },
);

describe('a process that exports over TLS', () => {
  it.each(['grpc', 'http/protobuf'] as const)(
    'ends soon after app.close() when the backend never shakes hands (%s)',
    async (protocol) => {
      receiver = await startOtlpHttpReceiver();
      await receiver.behave({ kind: 'silent' });
      const endpoint = receiver.url.replace('http:', 'https:');
      const { app, url } = await startApp(otlp(protocol)(endpoint));
      await work(url, 1);
      await waitUntil(() => receiver.connections > 0, 'an export is under way');

      await call(`${url}/close`, { method: 'POST' });

      await app.waitForEvent('closed', EXIT_MS);
      expect(await app.waitForExit(EXIT_MS)).toEqual({ code: 0, signal: null });
    },
  );
});
