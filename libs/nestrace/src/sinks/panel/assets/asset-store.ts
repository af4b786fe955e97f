import { gunzipSync } from 'node:zlib';
import type { PanelFiles } from './load-files.js';
import type { PanelFile } from './panel-files.js';

export interface Asset {
  readonly type: string;
  readonly etag: string;
  readonly gzipped: Buffer;
  plain(): Buffer;
}

/** Looks names up and opens no path: what is not in here does not exist. */
export class AssetStore {
  private readonly assets: ReadonlyMap<string, Asset>;

  constructor(files: PanelFiles) {
    const names = Object.keys(files).filter((name) => name !== 'index.html');
    this.assets = new Map(
      names.flatMap((name) => {
        const file = files[name];
        return file === undefined ? [] : [[name, assetOf(file)] as const];
      }),
    );
  }

  get(name: string): Asset | undefined {
    return this.assets.get(name);
  }
}

export function assetOf({ type, etag, gzip }: PanelFile): Asset {
  const gzipped = Buffer.from(gzip, 'base64');
  let plain: Buffer | undefined;
  return { type, etag, gzipped, plain: () => (plain ??= gunzipSync(gzipped)) };
}
