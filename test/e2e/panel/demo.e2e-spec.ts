import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { call } from '../../support/client.js';
import { Demo } from '../../support/demo.js';
import { ORDER_TREE } from '../../support/demo-order.js';
import { describePanel } from '../../support/panel/describe-panel.js';
import { startLibrary } from '../../support/panel/library.js';
import { waitUntil } from '../../support/wait-until.js';

const SETTINGS = { OTEL_TRACES_EXPORTER: 'console' };

describePanel('the panel of the demo', (open) => {
  describe.each(['express', 'fastify'])('on %s', (adapter) => {
    let demo: Demo;

    beforeAll(async () => {
      demo = await Demo.start({ ...SETTINGS, ADAPTER: adapter });
      await waitUntil(async () => {
        const meta = await call(`${demo.inventoryUrl}/_otel/api/meta`);
        return meta.text.includes('"role":"sibling"');
      }, 'inventory has found the panel of orders');
    });
    afterAll(async () => {
      await demo?.stop();
    });

    it('shows an order through both services as one trace', async () => {
      const answer = await call(`${demo.ordersUrl}/orders`, {
        method: 'POST',
        headers: { 'x-api-key': 'demo', 'content-type': 'application/json' },
        body: JSON.stringify({ userId: 1, lines: [{ sku: 'coffee', quantity: 1 }] }),
      });
      expect(answer.status).toBe(201);
      const panel = await open(String(answer.headers['x-trace-link']));
      await panel.spans(/^inventory POST \/stock\/reserve/).waitFor();
      const lines = ORDER_TREE.split('\n');
      await panel.waitForCount(panel.tree.locator('.wf-row'), lines.length);
      const shown = await panel.shownSpans();
      expect(shown.map(({ name, level }) => '  '.repeat(level - 1) + name)).toEqual(
        lines.map((line) => line.replace(/\[\w+\] /, '').replace(/ \w+$/, '')),
      );

      await panel.press('5');
      await panel.page.getByText('inventory has gone on with it').waitFor();
      await panel.press('Escape');
      const row = panel.traces(/^POST \/orders, status 201/);
      expect(await row.textContent()).toMatch(/orders.*inventory/);
      expect(panel.problems).toEqual([]);
    });

    it('names the loop of queries', async () => {
      const answer = await call(`${demo.ordersUrl}/users/1/orders/naive`);
      const panel = await open(String(answer.headers['x-trace-link']));
      await panel.page.getByRole('tab', { name: /^SQL/ }).click();
      const repeat = panel.page.getByRole('listitem').filter({ hasText: 'N+1' }).first();
      expect(await repeat.textContent()).toContain('OrdersService.findOfUserNaively');
      expect(panel.problems).toEqual([]);
    });
  });
});

describe('the panel of the demo in production', () => {
  it('is not there for a variable alone, without a guard', async () => {
    const demo = await Demo.start({
      ...SETTINGS,
      NODE_ENV: 'production',
      OTEL_PANEL_ENABLED: 'true',
    });
    try {
      expect(demo.output).toContain('unless panel.guards or panel.authorize');
      await expectNoPanel(demo.ordersUrl, '/users');
      await expectNoPanel(demo.inventoryUrl, '/health');
    } finally {
      await demo.stop();
    }
  });

  it('is not there by default', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    const library = await startLibrary({ environment: undefined, panel: undefined });
    try {
      await expectNoPanel(library.url, '/books');
    } finally {
      vi.unstubAllEnvs();
      await library.close();
    }
  });

  it('ends the start where code turns it on and nobody guards it', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    try {
      await expect(
        startLibrary({ environment: undefined, panel: { enabled: true } }),
      ).rejects.toThrow(/panel\.enabled.*(guards|authorize)/s);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

async function expectNoPanel(url: string, path: string): Promise<void> {
  for (const of of ['', '/', '/api/meta', '/api/stream', '/api/traces']) {
    expect((await call(`${url}/_otel${of}`)).status).toBe(404);
  }
  const answer = await call(url + path);
  expect(answer.status).toBe(200);
  expect(answer.headers).not.toHaveProperty('x-trace-link');
}
