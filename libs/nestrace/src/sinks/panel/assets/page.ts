import type { PanelFiles } from './load-files.js';
import { assetOf } from './asset-store.js';

const NOT_BUILT = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>nestrace</title>
  </head>
  <body>
    <p>
      The files of the panel have not been built. In the repository of nestrace,
      <code>node scripts/build-panel.mjs</code> makes them; a published package always has them.
    </p>
  </body>
</html>
`;

/**
 * Makes the page for the path it is asked for at: every URL in it is relative to the folder of the
 * panel, so neither a prefix nor a proxy in front has to be known.
 */
export function pageMaker(files: PanelFiles | undefined): (path: string) => Buffer {
  const file = files?.['index.html'];
  if (files === undefined || file === undefined) return () => Buffer.from(NOT_BUILT);
  const html = withAssetsFolder(assetOf(file).plain().toString('utf8'), files);
  return (path) => {
    const folder = path.endsWith('/') ? './' : `./${lastSegment(path)}/`;
    return Buffer.from(html.replace(/<head[^>]*>/i, (head) => `${head}<base href="${folder}" />`));
  };
}

/** The build puts all files side by side; they are served from a folder below the page. */
function withAssetsFolder(html: string, files: PanelFiles): string {
  return html.replaceAll(/"(?:\.\/)?([\w.-]+)"/g, (quoted, name: string) =>
    name !== 'index.html' && Object.hasOwn(files, name) ? `"./assets/${name}"` : quoted,
  );
}

/** It comes from the request: what could end the attribute is left out. */
function lastSegment(path: string): string {
  return (path.split('/').at(-1) ?? '').replaceAll(/[^\w.~%-]/g, '');
}
