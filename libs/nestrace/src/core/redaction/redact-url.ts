import { redactQuery } from './redact-query.js';

/**
 * Makes a URL fit to be shown: credentials in front of the host become `REDACTED:REDACTED@`, values
 * of secret-looking query keys become `REDACTED`, the fragment is dropped.
 */
export function redactUrl(url: string): string {
  const hash = url.indexOf('#');
  const text = hash === -1 ? url : url.slice(0, hash);
  const question = text.indexOf('?');
  const base = redactCredentials(question === -1 ? text : text.slice(0, question));
  return question === -1 ? base : `${base}?${redactQuery(text.slice(question + 1))}`;
}

function redactCredentials(base: string): string {
  const scheme = base.indexOf('://');
  if (scheme === -1) return base;
  const start = scheme + 3;
  const slash = base.indexOf('/', start);
  const authority = base.slice(start, slash === -1 ? undefined : slash);
  const at = authority.lastIndexOf('@');
  if (at === -1) return base;
  return `${base.slice(0, start)}REDACTED:REDACTED@${base.slice(start + at + 1)}`;
}
