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
