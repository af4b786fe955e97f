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
  it.each([
    ['is not there', {}],
    ['is not there for a variable alone, without a guard', { OTEL_PANEL_ENABLED: 'true' }],
  ])('%s', async (_title, env) => {
    const demo = await Demo.start({ ...SETTINGS, ...env, NODE_ENV: 'production' });
    try {
      expect(demo.output.includes('unless panel.guards or panel.authorize')).toBe(
        'OTEL_PANEL_ENABLED' in env,
      );
      for (const url of [demo.ordersUrl, demo.inventoryUrl]) {
        for (const path of ['/_otel', '/_otel/', '/_otel/api/meta', '/_otel/api/stream']) {
          expect((await call(url + path)).status).toBe(404);
        }
      }
      const answer = await call(`${demo.ordersUrl}/users`);
      expect(answer.status).toBe(200);
      expect(answer.headers).not.toHaveProperty('x-trace-link');
    } finally {
      await demo.stop();
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
