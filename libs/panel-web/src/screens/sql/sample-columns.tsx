import type { StatementDetail } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { formatDuration } from '../../format/duration.js';
import type { Column } from '../../page/data-table.js';
import { Badge } from '../../parts/badge.js';
import { DurationBar } from '../../parts/duration-bar.js';
import { Text } from '../../parts/text.js';
import { Time } from '../../parts/time.js';
import { spanHref } from './repeat-list.js';

type Sample = StatementDetail['samples'][number];

export function sampleColumns(largestMs: number): readonly Column<Sample>[] {
  return [
    {
      id: 'trace',
      label: 'Trace',
      value: ({ traceName }) => traceName,
      render: ({ traceId, spanId, traceName }) => (
        <a href={spanHref(traceId, spanId)} tabIndex={-1}>
          <Text value={traceName} line />
        </a>
      ),
    },
    {
      id: 'caller',
      label: 'Called by',
      class: 'is-extra',
      value: ({ caller }) => caller,
      render: ({ caller }) => <Text value={caller} line class="soft" />,
    },
    {
      id: 'error',
      label: 'Error',
      value: ({ error }) => error,
      render: ({ error }) =>
        error === undefined ? (
          <span class="zero">–</span>
        ) : (
          <Badge tone="error">
            <Text value={error} line class="clip" />
          </Badge>
        ),
    },
    {
      id: 'duration',
      label: 'Duration',
      numeric: true,
      class: 'sql-col-total',
      value: ({ durationMs }) => durationMs,
      render: ({ durationMs }) => (
        <span class="sql-total">
          <DurationBar share={durationMs / Math.max(largestMs, 0.001)} />
          <span>{formatDuration(durationMs)}</span>
        </span>
      ),
    },
    {
      id: 'when',
      label: 'When',
      numeric: true,
      class: 'sql-col-time',
      value: ({ startMs }) => startMs,
      render: ({ startMs }) => <Time ms={startMs} />,
    },
  ];
}
