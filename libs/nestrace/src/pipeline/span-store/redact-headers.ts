import { HIDDEN } from '../../core/redaction/secret-values.js';
import type { PanelRedaction } from './panel-redaction.js';
import type { Header } from './stored-span.js';

/**
 * Ids may be seen; what an application puts into its baggage may be about a person. A propagator may
 * use any header, and so they are judged like attributes.
 */
export function redactHeaders(
  headers: readonly Header[],
  policy: PanelRedaction,
): readonly Header[] {
  return headers.map(([name, value]) => {
    if (name.toLowerCase() === 'baggage') return [name, hideEntries(value)];
    if (name.toLowerCase() === 'traceparent') return [name, hideStrangeParts(value)];
    return [name, policy.text(name, value)];
  });
}

/** Callers may send anything there; what is wrong with it can be seen without the parts that are no ids. */
function hideStrangeParts(traceparent: string): string {
  return traceparent
    .split('-')
    .map((part) => (/^[\da-f]*$/i.test(part.trim()) ? part : HIDDEN))
    .join('-');
}

function hideEntries(baggage: string): string {
  return baggage
    .split(',')
    .map((entry) => {
      const equals = entry.indexOf('=');
      return equals === -1 ? HIDDEN : `${entry.slice(0, equals + 1)}${HIDDEN}`;
    })
    .join(',');
}
