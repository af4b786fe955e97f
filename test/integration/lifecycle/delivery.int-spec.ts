import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startOtlpHttpReceiver } from '../../support/receivers/otlp-http.receiver.js';
import type { OtlpSpan } from '../../support/receivers/otlp-span.js';
import type { Receiver } from '../../support/receivers/receiver.js';
import { buildFixture, type BuiltFixture, type RunningFixture } from '../../support/run-fixture.js';

let fixture: BuiltFixture;
let receiver: Receiver<OtlpSpan>;

beforeAll(async () => {
  fixture = await buildFixture('lifecycle');
}, 60_000);
afterAll(async () => {
  await fixture.remove();
});
beforeEach(async () => {
  receiver = await startOtlpHttpReceiver();
});
afterEach(async () => {
  await receiver.close();
});

/** An application whose batch is never sent by the clock. */
function start(failsToStart: boolean): RunningFixture {
  return fixture.start({
    options: {
      exporters: { type: 'otlp', protocol: 'http/protobuf', endpoint: receiver.url },
      batch: { scheduledDelayMs: 3_600_000 },
    },
    failsToStart,
  });
}

const names = (): readonly string[] => receiver.spans().map(({ name }) => name);

describe('a process', () => {
  it('that fails to start ends as without us, and its trace is delivered before', async () => {
    const app = start(true);
    expect(await app.waitForExit(30_000)).toEqual({ code: 1, signal: null });
    expect(app.stderr).toContain('Error: no fuel');
    expect(names()).toEqual([
      'dependency injection',
      'Engine.onModuleInit',
      'onModuleInit',
      'app.bootstrap',
    ]);
    expect(receiver.spans().at(-1)?.status).toMatchObject({ message: 'no fuel' });
  });

  it.each(['hang', 'silent', 'refuse'] as const)(
    'that fails to start ends although its backend does this: %s',
    async (kind) => {
      await receiver.behave({ kind });
      const app = start(true);
      expect(await app.waitForExit(30_000)).toEqual({ code: 1, signal: null });
      expect(app.stderr).toContain('Error: no fuel');
    },
  );

  it('that gets a signal delivers the trace of its end, and dies of the signal', async () => {
    const app = start(false);
    await app.waitForEvent('listening', 30_000);
    app.kill('SIGTERM');
    expect(await app.waitForExit(30_000)).toEqual({ code: null, signal: 'SIGTERM' });
    expect(app.stderr).toBe('');
    expect(names().slice(-6)).toEqual([
      'app.bootstrap',
      'onModuleDestroy',
      'beforeApplicationShutdown',
      'Engine.onApplicationShutdown',
      'onApplicationShutdown',
      'app.shutdown',
    ]);
    expect(receiver.spans().at(-1)?.attributes).toMatchObject({
      'nest.type': 'lifecycle',
      'nest.shutdown.signal': 'SIGTERM',
    });
  });
});
