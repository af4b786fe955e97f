import type { Caller } from './caller.js';
import { isAllowedHost } from './host-names.js';
import { deny, type Verdict } from './verdict.js';

/**
 * Keeps pages of others away from the data, whatever CORS the application allows. Browsers say in
 * `Sec-Fetch-Site` who asks, but only to addresses they trust; elsewhere `Origin` tells.
 */
export function sameOrigin(caller: Caller, allowedHosts: readonly string[]): Verdict {
  const site = caller.header('sec-fetch-site');
  if (site !== undefined) {
    const isTyped = site === 'none' && isReading(caller);
    if (site === 'same-origin' || isTyped) return undefined;
    return deny('a page of another origin asks');
  }
  const origin = caller.header('origin');
  if (origin === undefined) return undefined;
  const host = URL.canParse(origin) ? new URL(origin).host : '';
  const isSame =
    host !== '' &&
    (host === withoutDefaultPort(caller.host, origin) || isAllowedHost(host, allowedHosts));
  return isSame ? undefined : deny('a page of another origin asks');
}

/** A page cannot send this header to another origin without being allowed to first. */
export function fromOwnScript(caller: Caller): Verdict {
  if (caller.header('x-otel-panel') !== '1') return deny('the header x-otel-panel: 1 is missing');
  const type = caller.header('content-type') ?? '';
  return /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type)
    ? undefined
    : deny('the content type has to be JSON', undefined, 415);
}

export function isReading({ method }: Caller): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Browsers leave the port out of both headers where it is the usual one; others may not. */
function withoutDefaultPort(host: string | undefined, origin: string): string | undefined {
  return host?.replace(origin.startsWith('https:') ? /:443$/ : /:80$/, '');
}
