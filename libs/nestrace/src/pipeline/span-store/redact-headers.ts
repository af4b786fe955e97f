import { HIDDEN } from '../../core/redaction/secret-values.js';
import { WELL_KNOWN_HEADERS } from '../propagation/recording.propagator.js';
import type { PanelRedaction } from './panel-redaction.js';
import type { Header } from './stored-span.js';

/**
 * Ids may be seen; what an application puts into its baggage may be about a person. A propagator of
 * the application may use any header, and so be judged like an attribute.
 */
export function redactHeaders(
  headers: readonly Header[],
  policy: PanelRedaction,
): readonly Header[] {
  return headers.map(([name, value]) => {
    if (name.toLowerCase() === 'baggage') return [name, hideEntries(value)];
    const isOfIds = WELL_KNOWN_HEADERS.includes(name.toLowerCase());
    return [name, isOfIds ? value : policy.text(name, value)];
  });
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
