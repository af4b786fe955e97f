import type { JSX } from 'preact';
import { adjust, type ListRoute } from '../../app/router.js';
import { printable } from '../../format/printable.js';
import { formatCount, plural } from '../../format/quantity.js';
import { Button } from '../../parts/button.js';
import { CopyButton } from '../../parts/copy-button.js';
import { EmptyState } from '../../parts/empty-state.js';
import { refused } from '../../state/connection.js';
import { meta } from '../../state/meta.js';
import { book, counts, queryProblem } from '../../state/traces.js';
import { Doctor } from './doctor.js';

/** Why the list has no rows. */
export function ListEmpty({ route }: { readonly route: ListRoute }): JSX.Element | null {
  if (refused.value !== undefined) {
    return <EmptyState icon="guard" title="The panel does not let this browser in" />;
  }
  if (book.value.bootId === '') return <EmptyState title="Waiting for the application …" />;
  return route.query === '' ? <FirstRun /> : <NothingMatches route={route} />;
}

function NothingMatches({ route }: { readonly route: ListRoute }): JSX.Element {
  const all = counts.value?.all ?? 0;
  return (
    <EmptyState
      icon="filter"
      title={
        queryProblem.value === undefined
          ? `0 of ${plural(all, 'trace')} match`
          : 'The filter cannot be read'
      }
    >
      <code class="list-command">{printable(route.query)}</code>
      <Button onClick={() => adjust({ ...route, query: '' })}>Clear the filter</Button>
    </EmptyState>
  );
}

function FirstRun(): JSX.Element {
  const known = meta.value;
  const command = known?.tryIt;
  const hidden = counts.value?.noise ?? 0;
  return (
    <EmptyState icon="mark" title="No traces yet">
      <p>
        {known?.recording.state === 'off'
          ? known.recording.reason
          : 'Send a request to your application; its trace appears here by itself.'}
      </p>
      {command !== undefined && (
        <p class="list-command">
          <code>{printable(command)}</code>
          <CopyButton label="Copy the command" text={() => command} />
        </p>
      )}
      {hidden > 0 && (
        <p class="faint">{formatCount(hidden)} of health checks and such are hidden.</p>
      )}
      <Doctor />
    </EmptyState>
  );
}
