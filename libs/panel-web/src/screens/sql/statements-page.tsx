import type { JSX } from 'preact';
import { signal } from '@preact/signals';
import { useRef, useState } from 'preact/hooks';
import type {
  StatementList,
  StatementRow,
} from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { api } from '../../api/endpoints.js';
import { navigate } from '../../app/router.js';
import { formatDuration } from '../../format/duration.js';
import { formatCount, plural } from '../../format/quantity.js';
import { useShortcuts } from '../../keyboard/use-shortcuts.js';
import { DataTable } from '../../page/data-table.js';
import { LoadedView } from '../../page/loaded-view.js';
import { Page, Section } from '../../page/page.js';
import type { Sort } from '../../page/sorting.js';
import { useTick } from '../../page/use-tick.js';
import { EmptyState } from '../../parts/empty-state.js';
import { SearchField } from '../../parts/search-field.js';
import { useLoaded } from '../../parts/use-loaded.js';
import { paused } from '../../state/traces.js';
import { RepeatList } from './repeat-list.js';
import { statementColumns } from './statement-columns.js';

const sort = signal<Sort>({ column: 'total', descending: true });
const focusedKey = signal('');
const EVERY_MS = 4000;

export function StatementsPage(): JSX.Element {
  const root = useRef<HTMLDivElement>(null);
  // Rows that change places while somebody points at one would be the wrong ones to click.
  const isTouched = () =>
    root.current?.matches(':has(.data tbody:hover, .data tbody:focus-within)');
  const tick = useTick(EVERY_MS, () => paused.peek() || isTouched() === true);
  const loaded = useLoaded((abort) => api.statements(abort), [tick]);
  return (
    <div ref={root}>
      <LoadedView of={loaded}>{(list) => <Statements list={list} />}</LoadedView>
    </div>
  );
}

function Statements({ list }: { readonly list: StatementList }): JSX.Element {
  const { statements, repeats } = list;
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useShortcuts([{ keys: ['/'], label: 'Filter', group: 'SQL', run: () => field.current?.focus() }]);
  if (statements.length === 0) return <NoStatements />;
  const shown = statements.filter((row) => matches(row, text));
  const calls = statements.reduce((sum, row) => sum + row.calls, 0);
  const total = statements.reduce((sum, row) => sum + row.totalMs, 0);
  const largest = Math.max(...statements.map(({ totalMs }) => totalMs));
  return (
    <Page
      title="SQL"
      note={`${plural(statements.length, 'statement')}, ${plural(calls, 'call')}, ${formatDuration(total)} in all`}
    >
      {repeats.length > 0 && <RepeatList repeats={repeats} />}
      <Section
        title="Statements"
        note={
          text === ''
            ? undefined
            : `${formatCount(shown.length)} of ${formatCount(statements.length)}`
        }
        actions={
          <SearchField
            value={text}
            onInput={setText}
            label="Filter the statements"
            placeholder="Statement, method, route"
            hint="/"
            inputRef={field}
          />
        }
      >
        <DataTable
          label="Statements"
          columns={statementColumns(largest)}
          rows={shown}
          keyOf={({ fingerprint }) => fingerprint}
          onOpen={({ fingerprint }) => navigate({ screen: 'sql', fingerprint })}
          sort={sort}
          focusedKey={focusedKey}
        />
        {shown.length === 0 && <p class="sql-none soft">No statement contains this text.</p>}
      </Section>
    </Page>
  );
}

function NoStatements(): JSX.Element {
  return (
    <EmptyState icon="database" title="No queries yet" heading="SQL">
      <p>
        Statements of all traces in memory come together here: how often they ran, how long they
        took, and which of them run in a loop.
      </p>
      <p class="faint">
        Queries of TypeORM are recorded when its connection is traced; those of other clients come
        from their own OpenTelemetry instrumentation.
      </p>
    </EmptyState>
  );
}

function matches({ text, callers, routes, system }: StatementRow, wanted: string): boolean {
  const needle = wanted.trim().toLowerCase();
  return [text, system, ...callers, ...routes].some((one) => one.toLowerCase().includes(needle));
}
