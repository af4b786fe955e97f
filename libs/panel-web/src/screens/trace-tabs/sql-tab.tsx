import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { TraceSql } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { api } from '../../api/endpoints.js';
import { LoadedView } from '../../page/loaded-view.js';
import { Button } from '../../parts/button.js';
import { EmptyState } from '../../parts/empty-state.js';
import { useLoaded } from '../../parts/use-loaded.js';
import { RepeatCard } from '../sql/repeat-card.js';
import { QueryList } from './query-list.js';
import { SpanButton } from './span-button.js';
import type { TraceTabProps } from './tab-props.js';
import './tabs.css';

export function SqlTab({ traceId, detail, onSelectSpan }: TraceTabProps): JSX.Element {
  const { seq } = detail.summary;
  const loaded = useLoaded((abort) => api.traceSql(traceId, abort), [traceId, seq]);
  return (
    <LoadedView of={loaded} gone="This trace has left memory">
      {(sql) =>
        sql.queries.length === 0 ? (
          <EmptyState icon="database" title="No queries in this trace">
            <p>No span of it carries the text of a statement.</p>
          </EmptyState>
        ) : (
          <div class="query-pane">
            <Repeats sql={sql} onSelectSpan={onSelectSpan} />
            <QueryList sql={sql} traceMicros={detail.duration} onSelectSpan={onSelectSpan} />
          </div>
        )
      }
    </LoadedView>
  );
}

/** The list below is what one came for: the rest of them waits. */
const FIRST = 2;

interface RepeatsProps {
  readonly sql: TraceSql;
  readonly onSelectSpan: (spanId: string) => void;
}

function Repeats({ sql, onSelectSpan }: RepeatsProps): JSX.Element | null {
  const [all, setAll] = useState(false);
  const { repeats } = sql;
  if (repeats.length === 0) return null;
  return (
    <div class="query-repeats">
      <ul class="repeats">
        {repeats.slice(0, all ? repeats.length : FIRST).map((repeat, index) => (
          <RepeatCard
            key={index}
            repeat={repeat}
            source={(spanId, children) => (
              <SpanButton spanId={spanId} onSelectSpan={onSelectSpan}>
                {children}
              </SpanButton>
            )}
            actions={
              <Button
                kind="quiet"
                disabled={repeat.spanIds.length === 0}
                onClick={() => {
                  const [first] = repeat.spanIds;
                  if (first !== undefined) onSelectSpan(first);
                }}
              >
                Show spans
              </Button>
            }
          />
        ))}
      </ul>
      {repeats.length > FIRST && (
        <Button kind="quiet" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${repeats.length}`}
        </Button>
      )}
    </div>
  );
}
