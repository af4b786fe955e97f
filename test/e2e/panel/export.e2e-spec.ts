import { afterEach, expect, it } from 'vitest';
import { call } from '../../support/client.js';
import { describePanel } from '../../support/panel/describe-panel.js';
import { startLibrary, type Library } from '../../support/panel/library.js';
import { startOtlpHttpReceiver } from '../../support/receivers/otlp-http.receiver.js';
import type { OtlpSpan } from '../../support/receivers/otlp-span.js';
import type { Receiver } from '../../support/receivers/receiver.js';
import { waitUntil } from '../../support/wait-until.js';

describePanel('the export in the panel', (open) => {
  let library: Library;
  let receiver: Receiver<OtlpSpan>;

  afterEach(async () => {
    await library?.close();
    await receiver?.close();
  });

  it('turns red while the backend is away, says what to do, and tells what was lost after that', async () => {
    receiver = await startOtlpHttpReceiver();
    library = await startLibrary({
      exporters: {
        type: 'otlp',
        protocol: 'http/protobuf',
        endpoint: receiver.url,
        timeoutMs: 1000,
      },
      batch: { scheduledDelayMs: 50 },
    });
    const { url } = library;
    const panel = await open(`${url}/_otel`);
    const { page } = panel;
    const link = page.getByRole('navigation').getByRole('link', { name: /^Export/ });
    const colour = () =>
      page.evaluate<string>(
        `getComputedStyle(document.querySelector('.top .state-dot')).backgroundColor`,
      );

    await call(`${url}/books`);
    await page.locator('.top-link.state-ok').waitFor();
    const green = await colour();

    await receiver.behave({ kind: 'refuse' });
    await call(`${url}/books/lend`);
    await page.locator('.top-link.state-fail').waitFor();
    expect(await link.textContent()).toMatch(/fail|lost|not/i);
    const red = await colour();
    expect(red).not.toBe(green);

    await link.click();
    const card = page
      .getByRole('listitem')
      .filter({ hasText: receiver.url, has: page.getByRole('heading') });
    await card.getByText(/^failing/).waitFor();
    expect(await card.textContent()).toMatch(/ECONNREFUSED/);
    expect(await card.locator('.exporter-hint').textContent()).not.toBe('');
    await card.getByRole('button', { name: 'Send test' }).click();
    await card.getByText(/^Failed after/).waitFor();
    expect(await card.getByRole('status').textContent()).toContain('ECONNREFUSED');

    await receiver.behave({ kind: 'ok' });
    await card.getByRole('button', { name: 'Send test' }).click();
    await card.getByText(/^Accepted after/).waitFor();
    const told = await card.getByRole('status').textContent();
    expect(receiver.spans().map(({ traceId }) => traceId)).toContain(
      /Look for trace ([0-9a-f]{32})/.exec(told ?? '')?.[1],
    );

    await call(`${url}/books/one/1`);
    await waitUntil(() => receiver.spans().some(({ name }) => name.includes('one')), 'export');
    await page.locator('.top-link.state-ok').waitFor();
    expect(await link.textContent()).toMatch(/works again; \d+ spans were lost before/);
    await card.getByText('works', { exact: true }).waitFor();
    expect(await colour()).toBe(green);
    expect(panel.problems).toEqual([]);
  });
});
