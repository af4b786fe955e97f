import type { JSX } from 'preact';
import type { TraceTabProps } from './tab-props.js';

export function ErrorsTab({ traceId }: TraceTabProps): JSX.Element {
  return <p class="mono">{traceId}</p>;
}
