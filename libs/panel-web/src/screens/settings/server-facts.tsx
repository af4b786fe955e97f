import type { JSX } from 'preact';
import type { PanelMeta } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { formatDuration } from '../../format/duration.js';
import { formatBytes, formatCount } from '../../format/quantity.js';
import { formatDateTime } from '../../format/time.js';
import { Facts } from '../../page/page.js';
import { Text } from '../../parts/text.js';
import { now } from '../../state/now.js';

export function ProcessFacts({ meta }: { readonly meta: PanelMeta }): JSX.Element {
  const { service } = meta;
  const upMs = Math.floor((now.value - meta.startedAt) / 1000) * 1000;
  return (
    <Facts
      entries={[
        ['Service', <Text value={service.name} line />],
        [
          'Version',
          service.version === undefined ? undefined : <Text value={service.version} line />,
        ],
        ['Environment', <Text value={service.environment} line />],
        [
          'Instance',
          service.instanceId === undefined ? undefined : <Text value={service.instanceId} line />,
        ],
        ['Process', String(meta.pid)],
        ['Node', meta.nodeVersion],
        ['nestrace', meta.version],
        [
          'Started',
          <span title={`up for ${formatDuration(upMs)}`}>
            {formatDateTime(meta.startedAt).slice(0, 19)}
          </span>,
        ],
        ['Boot', <code>{meta.bootId.slice(0, 16)}</code>],
      ]}
    />
  );
}

/** With the options they come from, since that is what one looks for here. */
export function LimitFacts({ meta }: { readonly meta: PanelMeta }): JSX.Element {
  const { limits, nPlusOne, slowMs } = meta;
  const rows: readonly (readonly [option: string, value: string, meaning: string])[] = [
    ['panel.limits.maxTraces', formatCount(limits.maxTraces), 'Traces kept; the oldest make room'],
    [
      'panel.limits.maxBytes',
      formatBytes(limits.maxBytes),
      'Memory for them, whichever comes first',
    ],
    ['panel.limits.maxSpansPerTrace', formatCount(limits.maxSpansPerTrace), 'Spans of one trace'],
    ['panel.limits.maxValueLength', formatCount(limits.maxValueLength), 'Characters of one value'],
    ['panel.slowMs', formatDuration(slowMs), 'From here on a query is slow'],
    ['panel.nPlusOne.min', formatCount(nPlusOne.min), 'Same queries in a row that make an N+1'],
    [
      'panel.nPlusOne.minTotalMs',
      formatDuration(nPlusOne.minTotalMs),
      'Time they have to take together',
    ],
  ];
  return (
    <table class="data limit-list">
      <tbody>
        {rows.map(([option, value, meaning]) => (
          <tr key={option}>
            <th scope="row">
              <code>{option}</code>
            </th>
            <td class="number">{value}</td>
            <td class="soft is-extra">{meaning}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
