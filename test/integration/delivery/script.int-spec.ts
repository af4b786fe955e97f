import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startOtlpHttpReceiver } from '../../support/receivers/otlp-http.receiver.js';
import type { OtlpSpan } from '../../support/receivers/otlp-span.js';
import type { Receiver } from '../../support/receivers/receiver.js';
import { buildFixture, type BuiltFixture, type RunningFixture } from '../../support/run-fixture.js';

let fixture: BuiltFixture;
let receiver: Receiver<OtlpSpan>;

beforeAll(async () => {
  fixture = await buildFixture('script');
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

/** A script without a server: it does its work and ends. */
function start(close: boolean): RunningFixture {
  return fixture.start({
    options: {
      exporters: { type: 'otlp', protocol: 'http/protobuf', endpoint: receiver.url },
      batch: { scheduledDelayMs: 3_600_000 },
    },
    close,
  });
}

describe('a script', () => {
  it('delivers its spans when it closes its application context', async () => {
    const script = start(true);
    expect(await script.waitForExit(30_000)).toEqual({ code: 0, signal: null });
    expect(script.stderr).toBe('');
    expect(receiver.spans().map(({ name }) => name)).toEqual(['nightly report']);
  });

  it('is not kept alive by spans that wait when it does not', async () => {
    const script = start(false);
    expect(await script.waitForExit(30_000)).toEqual({ code: 0, signal: null });
    expect(script.lines).toEqual([{ event: 'done' }]);
    expect(script.stderr).toBe('');
    expect(receiver.requests).toEqual([]);
  });
});
