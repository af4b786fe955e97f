import type { JSX } from 'preact';
import type { SpanDetail } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { lazy } from '../../../parts/lazy.js';
import type { TraceView } from '../model/trace-view.js';
import { AttributesTab } from './attributes-tab.js';
import type { DrawerTab } from './drawer-tabs.js';

const OtherDrawerTab = lazy(async () => (await import('./other-drawer-tab.js')).OtherDrawerTab);

interface DrawerContentProps {
  readonly view: TraceView;
  readonly span: SpanDetail;
  readonly tab: DrawerTab;
  readonly onSelect: (spanId: string) => void;
}

export function DrawerContent({ view, span, tab, onSelect }: DrawerContentProps): JSX.Element {
  if (tab === 'attributes') return <AttributesTab span={span} />;
  return <OtherDrawerTab view={view} span={span} tab={tab} onSelect={onSelect} />;
}
