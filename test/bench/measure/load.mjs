import { Agent, get as request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';

/** As many requests as there is room for: what the server can do. */
export async function saturate(url, { connections, seconds }) {
  const latencies = [];
  const running = autocannon({ url, connections, duration: seconds });
  // Its own histogram knows whole milliseconds only.
  running.on('response', (_client, _status, _bytes, milliseconds) => latencies.push(milliseconds));
  const { errors, non2xx, '2xx': requests, duration } = await running;
  if (errors + non2xx > 0) throw new Error(`${errors + non2xx} requests of ${url} failed`);
  return { requests, seconds: duration, latencies };
}

/** However slow a server is, warming it up is not to take longer. */
const PATIENCE_MS = 15_000;

/**
 * Sends so many requests that V8 has compiled what it will compile. It does so in threads of the
 * process that is measured: a few seconds are enough for a server that answers fast and not for one
 * that does more, which would then seem to do twice as much as it does.
 */
export async function warmUp(url, { connections, warmup }) {
  const running = autocannon({ url, connections, amount: warmup });
  const timer = setTimeout(() => running.stop(), PATIENCE_MS);
  const { '2xx': requests } = await running;
  clearTimeout(timer);
  return { requests };
}

/**
 * One request after each interval, whether the one before has been answered or not. autocannon would
 * send those of a second at once.
 */
export async function pace(url, { perSecond, seconds }) {
  const latencies = [];
  const pending = [];
  const began = performance.now();
  for (let sent = 0; sent < perSecond * seconds; sent++) {
    const due = began + (sent * 1000) / perSecond;
    await sleep(Math.max(0, due - performance.now()));
    pending.push(timed(url).then((milliseconds) => latencies.push(milliseconds)));
  }
  await Promise.all(pending);
  return latencies;
}

async function timed(url) {
  const began = performance.now();
  await get(url);
  return performance.now() - began;
}

const agent = new Agent({ keepAlive: true });

/** One request, on a connection that is kept. */
export function get(url) {
  return new Promise((resolve, reject) => {
    request(url, { agent }, (response) => {
      response.on('error', reject).on('end', resolve).resume();
      if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}`));
    }).on('error', reject);
  });
}
