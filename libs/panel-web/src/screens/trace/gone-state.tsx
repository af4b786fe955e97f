import type { JSX } from 'preact';
import { failureText, type Failure } from '../../api/failure.js';
import { lastList } from '../../app/last-list.js';
import { hrefOf } from '../../app/router.js';
import { Button } from '../../parts/button.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Text } from '../../parts/text.js';
import { OpenIn } from './head/open-in.js';

interface GoneStateProps {
  readonly traceId: string;
  readonly failure: Failure;
  readonly onRetry: () => void;
}

const TITLES = {
  evicted: 'This trace has left the memory',
  restarted: 'The process has restarted since',
  unknown: 'This trace is not here',
} as const;

/** Why a trace cannot be shown, and where it may still be. */
export function GoneState({ traceId, failure, onRetry }: GoneStateProps): JSX.Element {
  const gone = failure.kind === 'gone' ? failure.gone : undefined;
  const title =
    failure.kind === 'gone' ? TITLES[gone?.reason ?? 'unknown'] : 'The trace could not be read';
  return (
    <EmptyState icon={failure.kind === 'gone' ? 'info' : 'warn'} title={title} heading="Trace">
      <p>
        <Text value={failureText(failure)} />
      </p>
      <p>
        <code>{traceId}</code>
      </p>
      {gone !== undefined && <OpenIn links={gone.links} />}
      <p class="actions">
        <a class="button button-plain" href={hrefOf(lastList.value)}>
          Back to the list
        </a>
        <Button onClick={onRetry}>Try again</Button>
      </p>
    </EmptyState>
  );
}
