import { untraced } from '../client.js';

const TIMEOUT_MS = 10_000;

/**
 * Asks an API for JSON. `undefined` is a 404.
 *
 * @throws Error with what was answered instead
 */
export async function askJson(url: string): Promise<unknown> {
  // The applications under test run in this process, too.
  const response = await untraced(() => fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }));
  const text = await response.text();
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text) as unknown;
}

/** Whether a server is there that answers so. */
export async function answers(url: string, as: (answer: unknown) => boolean): Promise<boolean> {
  try {
    return as(await askJson(url));
  } catch {
    return false;
  }
}
