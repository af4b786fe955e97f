import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api } from '../../../api/endpoints.js';
import { failureText } from '../../../api/failure.js';
import type { TraceTab } from '../../../app/router.js';
import { Banner } from '../../../parts/banner.js';
import { Splitter } from '../../../parts/splitter.js';
import { Tabs } from '../../../parts/tabs.js';
import { useLoaded } from '../../../parts/use-loaded.js';
import type { TraceView } from '../model/trace-view.js';
import { arrange, layout, LIMITS } from '../trace-layout.js';
import { DrawerContent } from './drawer-content.js';
import { DrawerHead } from './drawer-head.js';
import { tabsOf, type DrawerTab } from './drawer-tabs.js';
import { useNarrow } from './use-narrow.js';

interface SpanDrawerProps {
  readonly view: TraceView;
  readonly spanId: string;
  /** Of the trace: what is beside the drawer. */
  readonly tab: TraceTab;
  readonly onSelect: (spanId: string) => void;
  readonly onClose: () => void;
  readonly onShow: () => void;
}

/** All that is known about one span. */
export function SpanDrawer(props: SpanDrawerProps): JSX.Element {
  const { view, spanId, onSelect, onClose } = props;
  const [chosen, setChosen] = useState<DrawerTab>('attributes');
  const narrow = useNarrow();
  const { summary } = view.detail.value;
  const { value, failure } = useLoaded(
    (signal) => api.span(summary.id, spanId, signal),
    [summary.id, spanId, summary.seq],
  );
  // While the next one is read, the last one would be shown under the wrong name.
  const span = value?.spanId === spanId ? value : undefined;
  const tabs = tabsOf(span);
  const tab = tabs.some(({ id }) => id === chosen) ? chosen : 'attributes';
  const { drawerWidth, drawerHeight } = layout.value;
  const size = narrow ? { height: `${drawerHeight}px` } : { width: `${drawerWidth}px` };
  const [min, max] = narrow ? LIMITS.drawerHeight : LIMITS.drawerWidth;
  return (
    <>
      <Splitter
        label="Size of the details"
        value={narrow ? drawerHeight : drawerWidth}
        min={min}
        max={max}
        reversed
        horizontal={narrow}
        onChange={(next) => arrange(narrow ? { drawerHeight: next } : { drawerWidth: next })}
      />
      <aside class="drawer" role="complementary" aria-labelledby="drawer-title" style={size}>
        <DrawerHead
          view={view}
          spanId={spanId}
          span={span}
          onSelect={onSelect}
          onClose={onClose}
          {...(props.tab !== 'waterfall' && { onShow: props.onShow })}
        />
        <Tabs
          label="Details of the span"
          prefix="drawer"
          tabs={tabs}
          selected={tab}
          onSelect={setChosen}
        />
        <div
          class="drawer-body"
          id="drawer-panel"
          role="tabpanel"
          aria-labelledby={`drawer-tab-${tab}`}
          tabIndex={0}
          key={spanId}
        >
          {failure !== undefined && span === undefined && (
            <Banner tone="warn">{failureText(failure)}</Banner>
          )}
          {span !== undefined && (
            <DrawerContent view={view} span={span} tab={tab} onSelect={onSelect} />
          )}
        </div>
      </aside>
    </>
  );
}
