import { AssetStore } from '../assets/asset-store.js';
import type { PanelFiles } from '../assets/load-files.js';
import { pageMaker } from '../assets/page.js';
import { acceptsGzip, isUnchanged } from './conditional.js';
import { pathOf, rawRequest, type PlatformRequest } from './platform.js';
import type { Reply } from './reply.js';

/** What the browser loads before it asks for data. None of it tells anything about the application. */
export class PanelPages {
  private makePage = pageMaker(undefined);
  private assets = new AssetStore({});

  use(files: PanelFiles): void {
    this.makePage = pageMaker(files);
    this.assets = new AssetStore(files);
  }

  page(request: PlatformRequest, reply: Reply): void {
    const headers = { 'content-type': 'text/html; charset=utf-8' };
    reply.bytes(200, this.makePage(pathOf(request)), headers);
  }

  asset(request: PlatformRequest, reply: Reply): void {
    const asset = this.assets.get(request.params?.['file'] ?? '');
    if (asset === undefined) {
      reply.json(404, { reason: 'there is no such file' });
      return;
    }
    const headers = {
      // The name changes with the contents.
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': asset.type,
      etag: asset.etag,
      vary: 'Accept-Encoding',
    };
    const raw = rawRequest(request);
    if (isUnchanged(raw, asset.etag)) reply.notModified(headers);
    else if (acceptsGzip(raw)) {
      reply.bytes(200, asset.gzipped, { ...headers, 'content-encoding': 'gzip' });
    } else reply.bytes(200, asset.plain(), headers);
  }

  /** The address of a trace that fits into logs and headers, where a fragment gets lost. */
  link(request: PlatformRequest, reply: Reply): void {
    const traceId = request.params?.['traceId'] ?? '';
    if (!/^[\da-f]{32}$/i.test(traceId)) {
      reply.json(404, { reason: 'this is not the id of a trace' });
      return;
    }
    const up = pathOf(request).endsWith('/') ? '../../' : '../';
    reply.redirect(`${up}#/trace/${traceId.toLowerCase()}`);
  }

  alias(request: PlatformRequest, reply: Reply): void {
    const segment = pathOf(request).replace(/\/+$/, '').split('/').at(-1) ?? '';
    reply.redirect(`../${segment}`);
  }
}
