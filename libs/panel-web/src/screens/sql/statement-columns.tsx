import type { JSX } from 'preact';
import type { StatementRow } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { hrefOf } from '../../app/router.js';
import { formatDuration } from '../../format/duration.js';
import { printableLine } from '../../format/printable.js';
import { formatCount } from '../../format/quantity.js';
import type { Column } from '../../page/data-table.js';
import { Badge } from '../../parts/badge.js';
import { DurationBar } from '../../parts/duration-bar.js';
import { Icon } from '../../parts/icon.js';
import { SqlLine } from '../../sql-text/sql-code.js';

/** The bar of the total needs the largest one. */
export function statementColumns(largestMs: number): readonly Column<StatementRow>[] {
  return [
    {
      id: 'statement',
      label: 'Statement',
      class: 'sql-col-text',
      value: ({ text }) => text,
      render: (row) => (
        <a
          class="sql-cell"
          tabIndex={-1}
          href={hrefOf({ screen: 'sql', fingerprint: row.fingerprint })}
        >
          <SqlLine text={row.text} />
          {row.errors > 0 && (
            <Badge tone="error" title={`${row.errors} of the calls failed`}>
              <Icon name="error" /> {formatCount(row.errors)}
            </Badge>
          )}
        </a>
      ),
    },
    {
      id: 'caller',
      label: 'Called by',
      class: 'sql-col-caller is-extra',
      value: ({ callers }) => callers[0],
      render: ({ callers, routes }) => <Several names={callers.length > 0 ? callers : routes} />,
    },
    {
      id: 'routes',
      label: 'Routes',
      title: 'In how many traces by name: routes, jobs, messages',
      numeric: true,
      class: 'sql-col-small is-extra',
      value: ({ routes }) => routes.length,
      render: ({ routes }) => (
        <span title={routes.map(printableLine).join('\n')}>{formatCount(routes.length)}</span>
      ),
    },
    {
      id: 'calls',
      label: 'Calls',
      numeric: true,
      class: 'sql-col-small',
      value: ({ calls }) => calls,
      render: ({ calls }) => formatCount(calls),
    },
    {
      id: 'total',
      label: 'Total',
      title: 'All calls together',
      numeric: true,
      class: 'sql-col-total',
      value: ({ totalMs }) => totalMs,
      render: ({ totalMs }) => (
        <span class="sql-total">
          <DurationBar share={totalMs / Math.max(largestMs, 0.001)} />
          <span>{formatDuration(totalMs)}</span>
        </span>
      ),
    },
    duration('avg', 'Avg', ({ avgMs }) => avgMs),
    duration('p95', 'p95', ({ p95Ms }) => p95Ms, '95 of 100 calls took no longer'),
    duration('max', 'Max', ({ maxMs }) => maxMs),
    {
      id: 'slow',
      label: 'Slow',
      title: 'Calls above the threshold',
      numeric: true,
      class: 'sql-col-small',
      value: ({ slow }) => slow,
      render: ({ slow }) => <Count value={slow} tone="slow" />,
    },
    {
      id: 'nPlusOne',
      label: 'N+1',
      title: 'Traces in which it repeats, one by one or side by side',
      numeric: true,
      class: 'sql-col-small',
      value: ({ nPlusOne, fanOut }) => nPlusOne + fanOut / 1000,
      render: ({ nPlusOne, fanOut }) =>
        nPlusOne === 0 && fanOut > 0 ? (
          <Badge tone="accent" title="Fan-out: side by side">
            ∥ {formatCount(fanOut)}
          </Badge>
        ) : (
          <Count value={nPlusOne} tone="n-plus-one" />
        ),
    },
  ];
}

function duration(
  id: string,
  label: string,
  value: (row: StatementRow) => number,
  title?: string,
): Column<StatementRow> {
  return {
    id,
    label,
    ...(title === undefined ? undefined : { title }),
    numeric: true,
    class: id === 'avg' ? 'sql-col-time is-extra' : 'sql-col-time',
    value,
    render: (row) => formatDuration(value(row)),
  };
}

/** A nought is as good as nothing, and looks like it. */
function Count(props: {
  readonly value: number;
  readonly tone: 'slow' | 'n-plus-one';
}): JSX.Element {
  if (props.value === 0) return <span class="zero">–</span>;
  return <Badge tone={props.tone}>{formatCount(props.value)}</Badge>;
}

function Several({ names }: { readonly names: readonly string[] }): JSX.Element {
  const [first, ...rest] = names;
  if (first === undefined) return <span class="zero">–</span>;
  return (
    <span title={names.map(printableLine).join('\n')}>
      {printableLine(first)}
      {rest.length > 0 && <span class="faint"> +{rest.length}</span>}
    </span>
  );
}
