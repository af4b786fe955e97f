import type { ErrorGroup } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { hrefOf } from '../../app/router.js';
import { formatCount } from '../../format/quantity.js';
import type { Column } from '../../page/data-table.js';
import { Text } from '../../parts/text.js';
import { Time } from '../../parts/time.js';
import { HandlingBadge } from './handling-badge.js';

export const ERROR_COLUMNS: readonly Column<ErrorGroup>[] = [
  {
    id: 'error',
    label: 'Error',
    value: ({ type, message }) => `${type} ${message}`,
    render: (group) => (
      <a
        class="error-cell"
        tabIndex={-1}
        href={hrefOf({ screen: 'errors', fingerprint: group.fingerprint })}
      >
        <span class="error-name clip">
          <strong class="error-type">
            <Text value={group.type} line />
          </strong>{' '}
          <Text value={group.message} line />
        </span>
        <Text value={group.place} line class="error-place mono clip" />
      </a>
    ),
  },
  {
    id: 'route',
    label: 'Route',
    class: 'error-col-route',
    value: ({ route }) => route,
    render: ({ route }) => <Text value={route} line />,
  },
  {
    id: 'handling',
    label: 'Handling',
    class: 'error-col-handling',
    value: ({ handling }) => handling,
    render: ({ handling }) => <HandlingBadge handling={handling} />,
  },
  {
    id: 'status',
    label: 'Status',
    numeric: true,
    class: 'error-col-small is-extra',
    value: ({ httpStatus }) => httpStatus,
    render: ({ httpStatus }) => httpStatus ?? <span class="zero">–</span>,
  },
  {
    id: 'count',
    label: 'Count',
    numeric: true,
    class: 'error-col-small',
    value: ({ count }) => count,
    render: ({ count }) => formatCount(count),
  },
  {
    id: 'first',
    label: 'First seen',
    numeric: true,
    class: 'error-col-time is-extra',
    value: ({ firstMs }) => firstMs,
    render: ({ firstMs }) => <Time ms={firstMs} />,
  },
  {
    id: 'last',
    label: 'Last seen',
    numeric: true,
    class: 'error-col-time',
    value: ({ lastMs }) => lastMs,
    render: ({ lastMs }) => <Time ms={lastMs} />,
  },
];
