import { waitUntil } from '../../../support/wait-until.js';

/** Runs something and gives what reached the process as unhandled meanwhile. */
export async function unhandledIn<T>(
  run: () => Promise<T>,
): Promise<{ readonly result: T; readonly unhandled: readonly unknown[] }> {
  const others = process.listeners('unhandledRejection');
  const seen: unknown[] = [];
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason) => seen.push(reason));
  try {
    const result = await run();
    // A rejection of our own ends the wait: rejections are reported in their order.
    const last = new Error('last');
    void new Promise((resolve) => setImmediate(resolve)).then(() => Promise.reject(last));
    await waitUntil(() => seen.includes(last), 'the last rejection');
    return { result, unhandled: seen.filter((reason) => reason !== last) };
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const listener of others) process.on('unhandledRejection', listener);
  }
}
