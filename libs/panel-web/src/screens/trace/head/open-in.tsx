import type { JSX } from 'preact';
import { printableLine } from '../../../format/printable.js';
import { Icon } from '../../../parts/icon.js';

interface OpenInProps {
  readonly links: readonly { readonly name: string; readonly url: string }[];
}

/** The same trace in other tools. */
export function OpenIn({ links }: OpenInProps): JSX.Element | null {
  const safe = links.filter(({ url }) => isWebAddress(url));
  if (safe.length === 0) return null;
  return (
    <span class="open-in">
      <span class="faint">Open in</span>
      {safe.map(({ name, url }) => (
        <a key={url} class="open-in-link" href={url} target="_blank" rel="noopener noreferrer">
          {printableLine(name)}
          <Icon name="external" />
        </a>
      ))}
    </span>
  );
}

/** Anything else in a template could run code. */
export function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url);
}
