import type { JSX } from 'preact';
import type { TraceTab } from '../../app/router.js';
import { EmptyState } from '../../parts/empty-state.js';
import { lazy } from '../../parts/lazy.js';
import { Minimap } from './minimap/minimap.js';
import type { Entry } from './model/entry.js';
import type { TraceView } from './model/trace-view.js';
import { PhaseStrip } from './waterfall/phase-strip.js';
import { Waterfall } from './waterfall/waterfall.js';

const OtherTab = lazy(async () => (await import('./other-tab.js')).OtherTab);

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
  if (tab !== 'waterfall')
    return <OtherTab tab={tab} detail={detail} onSelectSpan={onSelectSpan} />;
  if (detail.spans.id.length === 0) return <EmptyState title="This trace has no spans" />;
  return (
    <>
      <PhaseStrip view={view} />
      <Minimap view={view} />
      <Waterfall view={view} selected={span} find={find} onOpen={onOpen} />
    </>
  );
}
