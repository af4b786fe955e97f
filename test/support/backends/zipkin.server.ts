import { findPrograms } from '../databases/find-program.js';
import { freePort, ServerProcess } from '../databases/server-process.js';
import { answers } from './ask-json.js';
import type { OpenBackend, ZipkinUrls } from './backend.js';
import { inBackendCache } from './backend-cache.js';

/** Where docker-compose.yml publishes it. */
const USUAL = 'http://localhost:9411';

const MISSING =
  'none runs here: .ci/zipkin fetches one, docker compose up -d --wait zipkin starts one';

/** The Zipkin the environment names, one at the usual port, or one that is started. */
export async function openZipkin(): Promise<OpenBackend<ZipkinUrls>> {
  const given = process.env['NESTRACE_ZIPKIN_URL'];
  const server = given ?? USUAL;
  if (await isZipkin(server)) return { backend: { urls: { server } } };
  if (given !== undefined) {
    throw new Error(`NESTRACE_ZIPKIN_URL: no Zipkin answers at ${server}`);
  }
  const jar = inBackendCache('zipkin.jar');
  if (jar === undefined) return { backend: { reason: MISSING } };
  const java = findPrograms(['java'], [])?.java;
  if (java === undefined) {
    return { backend: { reason: 'Java is not installed (Debian: openjdk-17-jre-headless)' } };
  }
  return start(java, jar);
}

function isZipkin(server: string): Promise<boolean> {
  return answers(`${server}/api/v2/services`, Array.isArray);
}

async function start(java: string, jar: string): Promise<OpenBackend<ZipkinUrls>> {
  const port = await freePort();
  const urls: ZipkinUrls = { server: `http://127.0.0.1:${port}` };
  const server = new ServerProcess('zipkin', undefined);
  const ask = async (): Promise<void> => {
    if (!(await isZipkin(urls.server))) throw new Error('Zipkin is not ready');
  };
  const listener = { ip: '127.0.0.1', port, 'protocols[0]': 'http' };
  await server.start(
    java,
    [
      '-Xmx192m',
      // It lives for seconds: no time to make its code fast.
      '-XX:TieredStopAtLevel=1',
      '-jar',
      jar,
      ...Object.entries(listener).map(([name, value]) => `--armeria.ports[0].${name}=${value}`),
    ],
    { ask, stopSignal: 'SIGTERM' },
  );
  return { backend: { urls }, stop: () => server.stop() };
}
