import type { JSX } from 'preact';
import type { ExportStatus } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { formatBytes, formatCount } from '../../format/quantity.js';
import { Facts } from '../../page/page.js';
import { meta } from '../../state/meta.js';
import { Meter } from './exporter-card.js';

/** How full the memory of the panel is, and what it has let go. */
export function StoreUsage({ store }: Pick<ExportStatus, 'store'>): JSX.Element {
  const limits = meta.value?.limits;
  return (
    <Facts
      entries={[
        [
          'Traces',
          <span class="queue">
            {limits && <Meter value={store.traces} max={limits.maxTraces} label="Traces" />}
            {formatCount(store.traces)}
            {limits && <span class="faint"> of {formatCount(limits.maxTraces)}</span>}
          </span>,
        ],
        [
          'Memory',
          <span class="queue">
            {limits && <Meter value={store.bytes} max={limits.maxBytes} label="Memory" />}
            {formatBytes(store.bytes)}
            {limits && <span class="faint"> of {formatBytes(limits.maxBytes)}</span>}
          </span>,
        ],
        ['Spans', formatCount(store.spans)],
        [
          'Traces let go',
          <span title="The oldest make room for new ones: panel.limits.maxTraces, panel.limits.maxBytes">
            {formatCount(store.evictedTraces)}
          </span>,
        ],
        [
          'Spans without room',
          <span
            class={store.droppedSpans > 0 ? 'is-lost' : ''}
            title="panel.limits.maxSpansPerTrace"
          >
            {formatCount(store.droppedSpans)}
          </span>,
        ],
      ]}
    />
  );
}
