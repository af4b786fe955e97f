import type { INestApplication } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import fastifyHelmet from '@fastify/helmet';
import helmet from 'helmet';
import { afterEach, describe, expect, it } from 'vitest';
import { call } from '../../support/client.js';
import { describePanel } from '../../support/panel/describe-panel.js';
import { startLibrary, type Library } from '../../support/panel/library.js';
import { startStrippingProxy } from '../../support/panel/proxies.js';
import { waitUntil } from '../../support/wait-until.js';

/** With their own defaults: nothing closes connections by force. */
const ADAPTERS = [
  {
    name: 'Express',
    create: () => new ExpressAdapter(),
    protect: (app: INestApplication) => {
      app.use(helmet());
    },
  },
  {
    name: 'Fastify',
    create: () => new FastifyAdapter(),
    protect: async (app: INestApplication) => {
      await (app as NestFastifyApplication).register(fastifyHelmet);
    },
  },
];

describePanel('the panel where it is', (open) => {
  describe.each(ADAPTERS)('on $name', ({ create, protect }) => {
    let library: Library | undefined;

    afterEach(() => library?.close());

    const start = async (prefix?: string, trustProxy = false): Promise<Library> => {
      library = await startLibrary({
        adapter: create(),
        forceCloseConnections: false,
        panel: { enabled: true, trustProxy },
        configure: async (app) => {
          if (prefix !== undefined) app.setGlobalPrefix(prefix);
          await protect(app);
        },
      });
      return library;
    };

    it.each(['', '/api/v2'])('works under the defaults of helmet, below "%s"', async (prefix) => {
      const { url } = await start(prefix === '' ? undefined : prefix);
      for (const slash of ['', '/']) {
        const panel = await open(`${url}${prefix}/_otel${slash}`);
        const answer = await call(`${url}${prefix}/books`);
        expect(answer.headers['content-security-policy']).toContain("default-src 'self'");
        await panel
          .traces(/^GET .*\/books, status 200/)
          .first()
          .click();
        await panel.spans(/BooksController\.list/).click();
        await panel.drawer.getByText('code.function.name').waitFor();
        await panel.page.reload();
        await panel.drawer.getByText('code.function.name').waitFor();
        expect(panel.problems).toEqual([]);

        await panel.page.goto(String(answer.headers['x-trace-link']));
        await panel.spans(/BooksController\.list/).waitFor();
        expect(panel.problems).toEqual([]);
      }
    });

    it('works behind a proxy that takes a part of the path away', async () => {
      const { url } = await start(undefined, true);
      const proxy = await startStrippingProxy(url, '/shop/eu');
      try {
        for (const path of ['/_otel', '/_otel/']) {
          const panel = await open(proxy.url + path);
          await call(`${proxy.url}/books`);
          await panel
            .traces(/^GET \/books, status 200/)
            .first()
            .click();
          await panel.spans(/BooksController\.list/).waitFor();
          expect(panel.page.url()).toMatch(/\/shop\/eu\/_otel\/?#\/trace\//);
          expect(panel.problems).toEqual([]);
        }
      } finally {
        await proxy.close();
      }
    });

    it('does not keep the application from closing', async () => {
      const { url, close } = await start();
      const panel = await open(`${url}/_otel`);
      await call(`${url}/books`);
      await panel.traces(/^GET \/books/).waitFor();
      library = undefined;
      let isClosed = false;
      void close().then(() => {
        isClosed = true;
      });
      await waitUntil(() => isClosed, 'the application is closed');
      await panel.page.getByText('The application does not answer').waitFor();
      expect(await panel.traces(/^GET \/books/).count()).toBe(1);
    });
  });
});
