import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call } from '../../support/client.js';
import { startOtlpHttpReceiver } from '../../support/receivers/otlp-http.receiver.js';
import type { OtlpSpan } from '../../support/receivers/otlp-span.js';
import type { Receiver } from '../../support/receivers/receiver.js';
import { buildFixture, type BuiltFixture } from '../../support/run-fixture.js';

let fixture: BuiltFixture;
let receiver: Receiver<OtlpSpan>;

beforeAll(async () => {
  fixture = await buildFixture('delivery', { without: ['@grpc'] });
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

describe('an installation without the gRPC package', () => {
  it('cannot start an application that exports over gRPC, and says what to install', async () => {
    const app = fixture.start({ options: { exporters: 'otlp' } });

    expect(await app.waitForExit(30_000)).toEqual({ code: 1, signal: null });
    const { message } = JSON.parse(app.stderr) as { readonly message: string };
    expect(message).toContain(
      'The exporter "otlp" needs the package "@grpc/grpc-js", which could not be loaded. ' +
        'Install it with: npm install @grpc/grpc-js',
    );
  });

  it('serves an application that exports over HTTP', async () => {
    const endpoint = receiver.url;
    const app = fixture.start({
      options: { exporters: { type: 'otlp', protocol: 'http/protobuf', endpoint } },
    });
    const { url } = await app.waitForEvent('listening', 30_000);
    await call(`${String(url)}/work`);
    await call(`${String(url)}/close`, { method: 'POST' });

    expect(await app.waitForExit()).toEqual({ code: 0, signal: null });
    expect(receiver.spans().map(({ name }) => name)).toContain('GET /work');
  });
});
