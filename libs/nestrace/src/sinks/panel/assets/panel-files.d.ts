/** A file the browser loads, as the build of `libs/panel-web` left it. */
export interface PanelFile {
  /** Value of `Content-Type`. */
  readonly type: string;
  /** Hash of its contents, in quotes, as the header wants it. */
  readonly etag: string;
  /** The contents, gzipped, in base64. */
  readonly gzip: string;
  /** Bytes before compression. */
  readonly size: number;
}

/** By name: `index.html`, `panel-<hash>.css`, `panel-<hash>.js` and the scripts it loads later. */
export declare const files: Readonly<Record<string, PanelFile>>;
