import type { JSX } from 'preact';
import type { TraceQuery } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { hrefOf } from '../../app/router.js';
import { formatMicros } from '../../format/duration.js';
import { Banner } from '../../parts/banner.js';
import { Button, IconButton } from '../../parts/button.js';
import { CopyButton } from '../../parts/copy-button.js';
import { Text } from '../../parts/text.js';
import { formatSql } from '../../sql-text/format-sql.js';
import { SqlBlock } from '../../sql-text/sql-code.js';
import { QueryBadges } from './query-badges.js';

interface QueryDetailProps {
  readonly query: TraceQuery;
  readonly onSelectSpan: (spanId: string) => void;
  readonly onClose: () => void;
}

export function QueryDetail({ query, onSelectSpan, onClose }: QueryDetailProps): JSX.Element {
  return (
    <section class="query-detail" aria-label="Selected query">
      <div class="query-detail-head">
        <strong>
          <Text value={query.summary} line />
        </strong>
        <span>
          {formatMicros(query.duration)} <span class="soft">from +{formatMicros(query.start)}</span>
        </span>
        <span class="soft">
          <Text value={query.system} line /> · <Text value={query.caller} line />
        </span>
        <QueryBadges query={query} />
        <div class="actions">
          <a
            class="button button-quiet"
            href={hrefOf({ screen: 'sql', fingerprint: query.fingerprint })}
          >
            All calls
          </a>
          <Button kind="quiet" onClick={() => onSelectSpan(query.spanId)}>
            Show span
          </Button>
          <CopyButton text={() => formatSql(query.text)} label="Copy the statement" />
          <IconButton icon="close" label="Close" shortcut="Esc" onClick={onClose} />
        </div>
      </div>
      {query.error !== undefined && (
        <Banner tone="error">
          <Text value={query.error} />
        </Banner>
      )}
      <SqlBlock text={query.text} />
    </section>
  );
}
