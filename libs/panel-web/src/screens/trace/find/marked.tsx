import type { JSX } from 'preact';

interface MarkedProps {
  readonly text: string;
  readonly find: string;
}

/** A text with the first place marked at which it has what was searched for. */
export function Marked({ text, find }: MarkedProps): JSX.Element {
  const at = find === '' ? -1 : text.toLowerCase().indexOf(find.toLowerCase());
  if (at === -1) return <>{text}</>;
  return (
    <>
      {text.slice(0, at)}
      <mark class="wf-mark">{text.slice(at, at + find.length)}</mark>
      {text.slice(at + find.length)}
    </>
  );
}
