import type { JSX } from 'preact';
import { SPAN_FLAG } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { hrefOf } from '../../../app/router.js';
import { formatDuration, formatMicros } from '../../../format/duration.js';
import { hueClass } from '../../../format/hue.js';
import { printableLine } from '../../../format/printable.js';
import { formatCount, plural } from '../../../format/quantity.js';
import { formatClock, formatDateTime } from '../../../format/time.js';
import { Badge } from '../../../parts/badge.js';
import { CopyButton } from '../../../parts/copy-button.js';
import { Icon } from '../../../parts/icon.js';
import type { TraceView } from '../model/trace-view.js';
import { CopyMenu } from './copy-menu.js';
import { ExportChip } from './export-chip.js';
import { OpenIn } from './open-in.js';
import { StatusBadge } from './status-badge.js';

interface TraceHeadProps {
  readonly view: TraceView;
  /** Every other number opens the menu. */
  readonly openCopy: number;
}

const ID_START = 8;
const ID_END = 4;

export function TraceHead({ view, openCopy }: TraceHeadProps): JSX.Element {
  const detail = view.detail.value;
  const { summary } = detail;
  const title = summary.path ?? summary.name;
  return (
    <header class="trace-head">
      <div class="trace-line">
        <h1 class="trace-name clip" title={printableLine(title)}>
          {printableLine(summary.name)}
        </h1>
        <StatusBadge summary={summary} />
        <span class={`trace-duration ${summary.inFlight ? 'is-running' : ''}`}>
          {summary.inFlight
            ? `open ${formatMicros(view.duration.value)}`
            : formatMicros(detail.duration)}
        </span>
        {summary.medianRatio !== undefined && summary.medianRatio >= 1.5 && (
          <Badge tone="slow" title="Of the median of its route">
            ×{summary.medianRatio.toFixed(1)}
          </Badge>
        )}
        <span class="trace-tools">
          <OpenIn links={detail.links} />
          <CopyMenu view={view} openSignal={openCopy} />
        </span>
      </div>
      <div class="trace-facts">
        <time title={formatDateTime(summary.startMs)}>{formatClock(summary.startMs)}</time>
        <span>
          {plural(summary.spans, 'span')}
          {summary.openSpans > 0 && `, ${formatCount(summary.openSpans)} open`}
        </span>
        {detail.sql > 0 && <SqlFact view={view} />}
        {detail.errors > 0 && <span class="is-error">{plural(detail.errors, 'error')}</span>}
        <Services view={view} />
        <span class="trace-id">
          trace
          <code title={summary.id}>
            {summary.id.slice(0, ID_START)}…{summary.id.slice(-ID_END)}
          </code>
          <CopyButton label="Copy the trace id" text={() => summary.id} />
        </span>
        {isContinued(view) && (
          <a
            class="trace-continued"
            href={hrefOf({ screen: 'trace', traceId: summary.id, tab: 'propagation' })}
          >
            <Icon name="left" />
            continued from a caller
          </a>
        )}
        <ExportChip state={detail.exported} />
      </div>
    </header>
  );
}

function SqlFact({ view }: { readonly view: TraceView }): JSX.Element {
  const { spans, types, sql } = view.detail.value;
  let micros = 0;
  for (let row = 0; row < spans.id.length; row += 1) {
    const type = types[spans.type[row] ?? -1];
    if (type === 'db' || type === 'db.query') micros += spans.duration[row] ?? 0;
  }
  return (
    <span>
      {formatCount(sql)} SQL{micros > 0 && ` (${formatDuration(micros / 1000)})`}
    </span>
  );
}

function Services({ view }: { readonly view: TraceView }): JSX.Element {
  const { services } = view.detail.value.summary;
  return (
    <span class="trace-services" title={services.map(printableLine).join(', ')}>
      {services.slice(0, 3).map((service) => (
        <span key={service} class="trace-service">
          <span class={`hue-dot ${hueClass(service)}`} />
          <span class="clip">{printableLine(service)}</span>
        </span>
      ))}
      {services.length > 3 && `+${services.length - 3}`}
    </span>
  );
}

/** The first span has a parent, in another process. */
function isContinued(view: TraceView): boolean {
  const { spans } = view.detail.value;
  return view.index.value.parent.some(
    (parent, row) => parent === -1 && ((spans.flags[row] ?? 0) & SPAN_FLAG.remoteParent) !== 0,
  );
}
