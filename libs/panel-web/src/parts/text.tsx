import type { JSX } from 'preact';
import { printable, printableLine } from '../format/printable.js';

interface TextProps {
  /** From a span: whatever somebody sent. */
  readonly value: string;
  /** On one line, whatever is in it. */
  readonly line?: boolean;
  readonly class?: string;
}

/** Text that came from outside. */
export function Text({ value, line = false, class: extra }: TextProps): JSX.Element {
  return <span class={extra}>{line ? printableLine(value) : printable(value)}</span>;
}
