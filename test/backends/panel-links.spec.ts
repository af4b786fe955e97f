import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeJaeger, describeZipkin } from '../support/backends/describe-backend.js';
import { JaegerQuery } from '../support/backends/jaeger-query.js';
import { otlpTo } from '../support/backends/otlp-to.js';
import { Shop, type SentTrace } from '../support/backends/shop.js';
import { ZipkinQuery } from '../support/backends/zipkin-query.js';
import { findBrowser } from '../support/browser.js';
import { call } from '../support/client.js';

const { start: startBrowser, reason } = findBrowser();
if (reason !== undefined) console.warn(`The page of Zipkin is not looked at: ${reason}.`);

/** What the panel offers for a trace, by name. */
async function linksOf(shop: Shop, traceId: string): Promise<ReadonlyMap<string, URL>> {
  const { links } = (await shop.panel(`traces/${traceId}`)) as {
    links: readonly { readonly name: string; readonly url: string }[];
  };
  return new Map(links.map(({ name, url }) => [name, new URL(url)]));
}

function rootOf({ spans }: SentTrace): string {
  const root = spans.find(({ parentSpanContext }) => parentSpanContext === undefined);
  return root?.spanContext().spanId ?? 'no root';
}

describeJaeger('the link of the panel', (jaeger) => {
  const query = new JaegerQuery(jaeger.query);
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({
      exporters: otlpTo(jaeger),
      panel: { links: { jaeger: jaeger.query } },
    });
  });
  afterAll(() => shop?.close());

  it('leads to the trace, with its root picked out', async () => {
    const order = await shop.order('coffee');
    const link = (await linksOf(shop, order.traceId)).get('Jaeger');
    const [, page, linked = ''] = link?.pathname.split('/') ?? [];
    const stored = await query.stored(linked, order.spans.length);

    expect(link?.origin).toBe(new URL(jaeger.query).origin);
    expect(page).toBe('trace');
    expect(await call(link?.href ?? '')).toMatchObject({ status: 200 });
    expect(stored).toHaveLength(order.spans.length);
    const found = stored.find(({ spanId }) => spanId === link?.searchParams.get('uiFind'));
    expect(found).toMatchObject({ spanId: rootOf(order), name: 'POST /orders', parentSpanId: '' });
  });
});

describeZipkin('the link of the panel', (zipkin) => {
  const query = new ZipkinQuery(zipkin.server);
  let shop: Shop;
  beforeAll(async () => {
    // Where the link leads to follows from where spans go.
    shop = await Shop.open({
      exporters: { type: 'zipkin', endpoint: `${zipkin.server}/api/v2/spans` },
      panel: { enabled: true },
    });
  });
  afterAll(() => shop?.close());

  it('leads to the trace', async () => {
    const order = await shop.order('coffee');
    const link = (await linksOf(shop, order.traceId)).get('Zipkin');
    const linked = link?.pathname.replace('/zipkin/traces/', '') ?? '';

    expect(link?.origin).toBe(new URL(zipkin.server).origin);
    expect(await query.stored(linked, order.spans.length)).toHaveLength(order.spans.length);
  });

  describe.skipIf(startBrowser === undefined)('in a browser', () => {
    it('shows the root of the trace, and both services', async () => {
      const order = await shop.order('coffee');
      const link = (await linksOf(shop, order.traceId)).get('Zipkin');
      await query.stored(order.traceId, order.spans.length);
      const browser = await startBrowser?.();
      try {
        const page = await browser?.newPage();
        await page?.goto(link?.href ?? '');
        await page?.getByText(order.traceId).first().waitFor();
        const text = await page?.locator('body').innerText();

        expect(text?.toLowerCase()).toContain('post /orders');
        for (const service of shop.services) expect(text?.toLowerCase()).toContain(service);
      } finally {
        await browser?.close();
      }
    });
  });
});
