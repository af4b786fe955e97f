import type { JSX } from 'preact';
import { adjust, type ListRoute } from '../../app/router.js';
import { printable } from '../../format/printable.js';
import { formatCount } from '../../format/quantity.js';
import { Button } from '../../parts/button.js';
import { CopyButton } from '../../parts/copy-button.js';
import { EmptyState } from '../../parts/empty-state.js';
import { refused } from '../../state/connection.js';
import { meta } from '../../state/meta.js';
import { book, counts } from '../../state/traces.js';
import { Doctor } from './doctor.js';

/** Why the list has no rows. */
export function ListEmpty({ route }: { readonly route: ListRoute }): JSX.Element | null {
  if (refused.value !== undefined) return null;
  if (book.value.bootId === '') return <EmptyState title="Waiting for the application …" />;
  return route.query === '' ? <FirstRun /> : <NothingMatches route={route} />;
}

function NothingMatches({ route }: { readonly route: ListRoute }): JSX.Element {
  const all = counts.value?.all ?? 0;
  return (
    <EmptyState icon="filter" title={<>0 of {formatCount(all)} traces match</>}>
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
