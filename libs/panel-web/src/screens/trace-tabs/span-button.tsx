import type { ComponentChildren, JSX } from 'preact';

interface SpanButtonProps {
  readonly spanId: string;
  readonly onSelectSpan: (spanId: string) => void;
  readonly children: ComponentChildren;
}

/** Goes to a span of the trace that is open. */
export function SpanButton({ spanId, onSelectSpan, children }: SpanButtonProps): JSX.Element {
  return (
    <button type="button" class="link-button" onClick={() => onSelectSpan(spanId)}>
      {children}
    </button>
  );
}
