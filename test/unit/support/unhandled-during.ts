import { waitUntil } from '../../support/wait-until.js';
import { settled } from './held-exporter.js';

/** What reaches the process as unhandled while something runs. */
export async function unhandledDuring(run: () => void): Promise<unknown[]> {
  const others = process.listeners('unhandledRejection');
  const seen: unknown[] = [];
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason) => seen.push(reason));
  try {
    run();
    // A rejection of our own ends the wait: rejections are reported in their order.
    const last = new Error('last');
    void Promise.resolve()
      .then(() => settled())
      .then(() => Promise.reject(last));
    await waitUntil(() => seen.includes(last), 'the last rejection');
    return seen.filter((reason) => reason !== last);
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const listener of others) process.on('unhandledRejection', listener);
  }
}
