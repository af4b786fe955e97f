import type { JSX } from 'preact';
import { signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { ErrorGroup } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { api } from '../../api/endpoints.js';
import { navigate } from '../../app/router.js';
import { plural } from '../../format/quantity.js';
import { DataTable } from '../../page/data-table.js';
import { LoadedView } from '../../page/loaded-view.js';
import { Page } from '../../page/page.js';
import type { Sort } from '../../page/sorting.js';
import { useTick } from '../../page/use-tick.js';
import { EmptyState } from '../../parts/empty-state.js';
import { useLoaded } from '../../parts/use-loaded.js';
import { paused } from '../../state/traces.js';
import { ERROR_COLUMNS } from './error-columns.js';

const sort = signal<Sort>({ column: 'last', descending: true });
const focusedKey = signal('');
const EVERY_MS = 4000;

export function ErrorListPage(): JSX.Element {
  const root = useRef<HTMLDivElement>(null);
  // Rows that change places while somebody points at one would be the wrong ones to click.
  const isTouched = () =>
    root.current?.matches(':has(.data tbody:hover, .data tbody:focus-within)');
  const tick = useTick(EVERY_MS, () => paused.peek() || isTouched() === true);
  const loaded = useLoaded((abort) => api.errors(abort), [tick]);
  return (
    <div ref={root}>
      <LoadedView of={loaded}>
        {({ groups }) => (groups.length === 0 ? <NoErrors /> : <Groups groups={groups} />)}
      </LoadedView>
    </div>
  );
}

function Groups({ groups }: { readonly groups: readonly ErrorGroup[] }): JSX.Element {
  const times = groups.reduce((sum, { count }) => sum + count, 0);
  const open = groups.filter(({ handling }) => handling === 'unhandled').length;
  const note = `${plural(groups.length, 'error')}, seen ${times === 1 ? 'once' : plural(times, 'time')}, ${open === 0 ? 'none' : open} unhandled`;
  return (
    <Page title="Errors" note={note}>
      <DataTable
        label="Errors"
        columns={ERROR_COLUMNS}
        rows={groups}
        keyOf={({ fingerprint, route }) => `${fingerprint} ${route}`}
        onOpen={({ fingerprint }) => navigate({ screen: 'errors', fingerprint })}
        sort={sort}
        focusedKey={focusedKey}
      />
    </Page>
  );
}

function NoErrors(): JSX.Element {
  return (
    <EmptyState icon="check" title="No errors in memory" heading="Errors">
      <p>
        What spans record as an exception comes together here, by type, place and route: also what a
        filter has answered and what your code caught.
      </p>
    </EmptyState>
  );
}
