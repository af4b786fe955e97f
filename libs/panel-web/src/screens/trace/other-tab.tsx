import type { JSX } from 'preact';
import type { TraceDetail } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import type { TraceTab } from '../../app/router.js';
import { ErrorsTab } from '../trace-tabs/errors-tab.js';
import { LogsTab } from '../trace-tabs/logs-tab.js';
import { PropagationTab } from '../trace-tabs/propagation-tab.js';
import { SqlTab } from '../trace-tabs/sql-tab.js';
import { RawTab } from './raw/raw-tab.js';

interface OtherTabProps {
  readonly tab: Exclude<TraceTab, 'waterfall'>;
  readonly detail: TraceDetail;
  readonly onSelectSpan: (spanId: string) => void;
}

/** The tabs of a trace that are fetched when the first of them is opened. */
export function OtherTab({ tab, detail, onSelectSpan }: OtherTabProps): JSX.Element {
  const shared = { traceId: detail.summary.id, detail, onSelectSpan };
  switch (tab) {
    case 'sql':
      return <SqlTab {...shared} />;
    case 'errors':
      return <ErrorsTab {...shared} />;
    case 'logs':
      return <LogsTab {...shared} />;
    case 'propagation':
      return <PropagationTab {...shared} />;
    case 'raw':
      return <RawTab detail={detail} />;
    default:
      return tab satisfies never;
  }
}
