import { HIDDEN } from '../../core/redaction/secret-values.js';
import type { Header } from './stored-span.js';

/** Ids may be seen; what an application puts into its baggage may be about a person. */
export function redactHeaders(headers: readonly Header[]): readonly Header[] {
  return headers.map(([name, value]) => [name, name === 'baggage' ? hideEntries(value) : value]);
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
