import type { ComponentChildren, JSX } from 'preact';
import { signal } from '@preact/signals';
import type {
  StatementDetail,
  StatementRow,
} from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { api } from '../../api/endpoints.js';
import { navigate } from '../../app/router.js';
import { formatDuration } from '../../format/duration.js';
import { formatCount } from '../../format/quantity.js';
import { BackLink } from '../../page/back-link.js';
import { DataTable } from '../../page/data-table.js';
import { LoadedView } from '../../page/loaded-view.js';
import { Facts, Page, Section } from '../../page/page.js';
import type { Sort } from '../../page/sorting.js';
import { Badge } from '../../parts/badge.js';
import { CopyButton } from '../../parts/copy-button.js';
import { Text } from '../../parts/text.js';
import { useLoaded } from '../../parts/use-loaded.js';
import { formatSql } from '../../sql-text/format-sql.js';
import { SqlBlock } from '../../sql-text/sql-code.js';
import { sampleColumns } from './sample-columns.js';

const sort = signal<Sort>({ column: 'duration', descending: true });
const focusedKey = signal('');

export function StatementPage({ fingerprint }: { readonly fingerprint: string }): JSX.Element {
  const loaded = useLoaded((abort) => api.statement(fingerprint, abort), [fingerprint]);
  const back = <BackLink to={{ screen: 'sql' }}>All statements</BackLink>;
  return (
    <LoadedView of={loaded} gone="This statement has left memory" way={back}>
      {(detail) => <Statement detail={detail} back={back} />}
    </LoadedView>
  );
}

interface StatementProps {
  readonly detail: StatementDetail;
  readonly back: ComponentChildren;
}

function Statement({ detail, back }: StatementProps): JSX.Element {
  const { statement, samples } = detail;
  const largest = Math.max(...samples.map(({ durationMs }) => durationMs));
  return (
    <Page
      title={<Text value={statement.summary} line />}
      back={back}
      note={<Marks statement={statement} />}
      actions={
        <CopyButton text={() => formatSql(statement.text)} label="Copy the statement">
          Copy
        </CopyButton>
      }
    >
      <SqlBlock text={statement.text} class="sql-full" />
      <Facts
        entries={[
          ['Calls', formatCount(statement.calls)],
          ['Total', formatDuration(statement.totalMs)],
          ['Avg', formatDuration(statement.avgMs)],
          ['p95', formatDuration(statement.p95Ms)],
          ['Max', formatDuration(statement.maxMs)],
          ['Rows', statement.rows === undefined ? undefined : formatCount(statement.rows)],
          ['System', <Text value={statement.system} line />],
        ]}
      />
      <div class="sql-where">
        <Names title="Called by" names={statement.callers} />
        <Names title="Routes" names={statement.routes} />
      </div>
      <Section title="Samples" note="The slowest and the newest; each opens its span">
        <DataTable
          label="Samples"
          columns={sampleColumns(largest)}
          rows={samples}
          keyOf={({ traceId, spanId }) => `${traceId} ${spanId}`}
          onOpen={({ traceId, spanId }) =>
            navigate({ screen: 'trace', traceId, tab: 'waterfall', span: spanId })
          }
          sort={sort}
          focusedKey={focusedKey}
        />
      </Section>
    </Page>
  );
}

function Marks({ statement }: { readonly statement: StatementRow }): JSX.Element {
  const { slow, errors, nPlusOne, fanOut } = statement;
  return (
    <span class="sql-marks">
      {nPlusOne > 0 && <Badge tone="n-plus-one">N+1 in {traces(nPlusOne)}</Badge>}
      {fanOut > 0 && <Badge tone="accent">fan-out in {traces(fanOut)}</Badge>}
      {slow > 0 && <Badge tone="slow">slow {formatCount(slow)}×</Badge>}
      {errors > 0 && <Badge tone="error">failed {formatCount(errors)}×</Badge>}
    </span>
  );
}

const traces = (count: number) => `${formatCount(count)} ${count === 1 ? 'trace' : 'traces'}`;

const SHOWN_NAMES = 12;

function Names(props: {
  readonly title: string;
  readonly names: readonly string[];
}): JSX.Element | null {
  if (props.names.length === 0) return null;
  const left = props.names.length - SHOWN_NAMES;
  return (
    <Section title={props.title}>
      <ul class="sql-names">
        {props.names.slice(0, SHOWN_NAMES).map((name) => (
          <li key={name} class="clip">
            <Text value={name} line />
          </li>
        ))}
        {left > 0 && <li class="faint">and {left} more</li>}
      </ul>
    </Section>
  );
}
