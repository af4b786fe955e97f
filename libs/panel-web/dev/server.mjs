import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { answerApi } from './mock-api.mjs';
import { MockStore } from './mock-store.mjs';

/**
 * The panel with made-up traces, for work on its screens: `node libs/panel-web/dev/server.mjs [port]`.
 * `PANEL_DIST` is another folder with a build. `SCENE` is `empty`, `failing`, `off`, `refused` or `quiet` (nothing new comes in).
 */
const port = Number(process.argv[2] ?? 4399);
const scene = process.env.SCENE ?? '';
const dist = process.env.PANEL_DIST ?? join(import.meta.dirname, '../dist');
const store = new MockStore(scene);

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

/** Names are looked up in the folder anew, since a build gives them others. */
async function answerFile(path, response) {
  const name = path === '/' ? 'index.html' : path.slice(1);
  if (!(await readdir(dist)).includes(name)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'content-type': TYPES[extname(name)],
    'content-security-policy': POLICY,
    'cache-control': 'no-store',
  });
  response.end(await readFile(join(dist, name)));
}

createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname.startsWith('/api/')) answerApi(store, scene, request, url, response);
  else void answerFile(url.pathname, response);
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/`));
