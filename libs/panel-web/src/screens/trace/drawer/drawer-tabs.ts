import type { SpanDetail } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import type { Tab } from '../../../parts/tabs.js';

export type DrawerTab =
  'attributes' | 'events' | 'links' | 'logs' | 'propagation' | 'resource' | 'raw';

/** All of them, always, so that they do not jump from one span to the next. */
export function tabsOf(span: SpanDetail | undefined): readonly Tab<DrawerTab>[] {
  const events = span?.events.length ?? 0;
  const links = span === undefined ? 0 : span.links.length + span.backLinks.length;
  return [
    { id: 'attributes', label: 'Attributes' },
    { id: 'events', label: 'Events', count: events },
    { id: 'links', label: 'Links', count: links },
    { id: 'logs', label: 'Logs' },
    { id: 'propagation', label: 'Propagation', count: span?.injected.length ?? 0 },
    { id: 'resource', label: 'Resource' },
    { id: 'raw', label: 'Raw' },
  ];
}
