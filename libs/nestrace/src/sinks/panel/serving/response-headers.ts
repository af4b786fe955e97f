import type { ServerResponse } from 'node:http';

/** Nothing inline, nothing from elsewhere; and no `upgrade-insecure-requests`, as there is no TLS. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-robots-tag': 'noindex',
  'cache-control': 'no-store',
} as const;

/** What CORS of the application allowed, and what would make the browser report to somebody. */
const UNWANTED = /^(access-control-.*|content-security-policy-report-only)$/i;

/** Puts on what every answer has, in place of what middleware of the application put there. */
export function secureHeaders(response: ServerResponse): void {
  if (response.headersSent) return;
  for (const name of response.getHeaderNames()) {
    if (UNWANTED.test(name)) response.removeHeader(name);
  }
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
}
