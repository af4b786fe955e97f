import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { copyText } from './copy.js';
import { Icon } from './icon.js';

interface CopyButtonProps {
  /** Asked when it is pressed. */
  readonly text: () => string | Promise<string>;
  readonly label: string;
  /** Shown beside the icon. */
  readonly children?: string;
}

const SHOWN_MS = 1500;

export function CopyButton({ text, label, children }: CopyButtonProps): JSX.Element {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => setDone(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => setDone(await copyText(await text()));
  return (
    <button
      type="button"
      class={children === undefined ? 'icon-button' : 'button button-plain'}
      title={label}
      aria-label={label}
      onClick={() => void copy()}
    >
      <Icon name={done ? 'check' : 'copy'} />
      {children}
    </button>
  );
}
