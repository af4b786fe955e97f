import type { JSX } from 'preact';
import type { TraceTab } from '../../app/router.js';
import { EmptyState } from '../../parts/empty-state.js';
import { ErrorsTab } from '../trace-tabs/errors-tab.js';
import { LogsTab } from '../trace-tabs/logs-tab.js';
import { PropagationTab } from '../trace-tabs/propagation-tab.js';
import { SqlTab } from '../trace-tabs/sql-tab.js';
import { Minimap } from './minimap/minimap.js';
import type { Entry } from './model/entry.js';
import type { TraceView } from './model/trace-view.js';
import { RawTab } from './raw/raw-tab.js';
import { PhaseStrip } from './waterfall/phase-strip.js';
import { Waterfall } from './waterfall/waterfall.js';

interface TabContentProps {
  readonly view: TraceView;
  readonly tab: TraceTab;
  /** In the drawer. */
  readonly span: string | undefined;
  readonly find: string;
  readonly onOpen: (entry: Entry) => void;
  readonly onSelectSpan: (spanId: string) => void;
}

export function TabContent(props: TabContentProps): JSX.Element {
  const { view, tab, span, find, onOpen, onSelectSpan } = props;
  const detail = view.detail.value;
  const shared = { traceId: detail.summary.id, detail, onSelectSpan };
  switch (tab) {
    case 'waterfall':
      if (detail.spans.id.length === 0) return <EmptyState title="This trace has no spans" />;
      return (
        <>
          <PhaseStrip view={view} />
          <Minimap view={view} />
          <Waterfall view={view} selected={span} find={find} onOpen={onOpen} />
        </>
      );
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
