import type { ResolvedPanelOptions } from '../../../config/panel.options.js';
import { deny, type Verdict } from './verdict.js';

const PATIENCE_MS = 5000;

type Authorize = ResolvedPanelOptions['authorize'];

/**
 * Asks the application. Only `true` is a yes: what throws, rejects, or takes too long is a no.
 */
export async function authorized(
  authorize: Authorize,
  request: unknown,
  patienceMs = PATIENCE_MS,
): Promise<Verdict> {
  if (authorize === undefined) return undefined;
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, patienceMs, false);
    timer.unref();
  });
  try {
    const answer: unknown = await Promise.race([authorize(request as never), tooLate]);
    if (answer === true) return undefined;
  } catch {
    // Its own log says why, if it has one; the browser hears no more than a no.
  } finally {
    clearTimeout(timer);
  }
  return deny('authorize said no', 'panel.authorize');
}
