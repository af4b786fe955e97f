import type { JSX } from 'preact';
import type { RouteRow } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { api } from '../../api/endpoints.js';
import { failureText } from '../../api/failure.js';
import { hrefOf } from '../../app/router.js';
import { formatDuration } from '../../format/duration.js';
import { printableLine } from '../../format/printable.js';
import { formatCount } from '../../format/quantity.js';
import { Badge } from '../../parts/badge.js';
import { DurationBar } from '../../parts/duration-bar.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Icon } from '../../parts/icon.js';
import { useLoaded } from '../../parts/use-loaded.js';
import { now } from '../../state/now.js';
import { paused } from '../../state/traces.js';
import { quoted } from './query-terms.js';
import { BAR_SCALE, barShare } from './trace-look.js';

const REFRESH_MS = 2000;

/** One line for all traces of a route, the worst first. */
export function RouteTable(): JSX.Element {
  const turn = paused.value ? 0 : Math.floor(now.value / REFRESH_MS);
  const { value, failure } = useLoaded((signal) => api.routes(signal), [turn]);
  if (value === undefined) {
    return failure === undefined ? <></> : <EmptyState icon="warn" title={failureText(failure)} />;
  }
  if (value.routes.length === 0) return <EmptyState icon="mark" title="No traces yet" />;
  const longest = Math.max(...value.routes.map(({ p95Ms }) => p95Ms));
  return (
    <div class="routes">
      <table class="routes-table">
        <thead>
          <tr>
            <th scope="col">Route</th>
            <th scope="col" class="number">
              Traces
            </th>
            <th scope="col" class="number">
              Errors
            </th>
            <th scope="col" class="number">
              p50
            </th>
            <th scope="col" class="number">
              p95
            </th>
            <th scope="col" class="routes-bar" title={BAR_SCALE}>
              <span class="only-read">p95 as a bar</span>
            </th>
            <th scope="col" class="number">
              Max
            </th>
            <th scope="col" class="number">
              SQL each
            </th>
            <th scope="col">
              <span class="only-read">Marks</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {value.routes.map((row) => (
            <Line key={`${row.entry} ${row.name}`} row={row} longest={longest} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** One decimal where it says something. */
function formatEach(queries: number): string {
  return queries < 10 ? String(Number(queries.toFixed(1))) : formatCount(queries);
}

function Line({ row, longest }: { readonly row: RouteRow; readonly longest: number }): JSX.Element {
  const all = hrefOf({
    screen: 'traces',
    query: `name:=${quoted(row.name)}`,
    noise: false,
    byRoute: false,
  });
  const slowest = hrefOf({ screen: 'trace', traceId: row.slowestTraceId, tab: 'waterfall' });
  return (
    <tr>
      <th scope="row" class="routes-name">
        <span class="routes-name-line">
          <Icon name={row.entry} class="entry-icon" />
          <a class="name-link clip" href={all} title="The traces of this route">
            {printableLine(row.name)}
          </a>
        </span>
      </th>
      <td class="number">{formatCount(row.count)}</td>
      <td class={`number ${row.errors > 0 ? 'note-error' : 'faint'}`}>{formatCount(row.errors)}</td>
      <td class="number">{formatDuration(row.p50Ms)}</td>
      <td class="number routes-strong">{formatDuration(row.p95Ms)}</td>
      <td class="routes-bar">
        <DurationBar share={barShare(row.p95Ms, longest)} />
      </td>
      <td class="number">
        <a href={slowest} title="The slowest trace">
          {formatDuration(row.maxMs)}
        </a>
      </td>
      <td class="number">{formatEach(row.queriesPerTrace)}</td>
      <td>{row.nPlusOne > 0 && <Badge tone="n-plus-one">N+1</Badge>}</td>
    </tr>
  );
}
