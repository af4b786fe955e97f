import type { ComponentChildren, JSX } from 'preact';
import { failureText } from '../api/failure.js';
import { EmptyState } from '../parts/empty-state.js';
import { Loading } from '../parts/lazy.js';
import type { Loaded } from '../parts/use-loaded.js';

interface LoadedViewProps<T> {
  readonly of: Loaded<T>;
  readonly children: (value: T) => ComponentChildren;
  /** Title for when it is in memory no more: `This error has left memory`. */
  readonly gone?: string;
  /** Below the reason why it failed: the way back. */
  readonly way?: ComponentChildren;
}

/** The value, or why there is none. A value that is here stays while a later answer fails. */
export function LoadedView<T>({ of, children, gone, way }: LoadedViewProps<T>): JSX.Element {
  if (of.value !== undefined) return <>{children(of.value)}</>;
  if (of.failure === undefined) return <Loading />;
  const isGone = of.failure.kind === 'gone' && gone !== undefined;
  return (
    <EmptyState icon="warn" title={isGone ? gone : 'This could not be read'}>
      <p>
        {isGone ? 'It goes together with the last trace it was seen in.' : failureText(of.failure)}
      </p>
      {way}
    </EmptyState>
  );
}
