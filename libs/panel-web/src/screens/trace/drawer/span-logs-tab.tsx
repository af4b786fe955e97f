import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { LogLine } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { api } from '../../../api/endpoints.js';
import { failureText } from '../../../api/failure.js';
import { Banner } from '../../../parts/banner.js';
import { Button } from '../../../parts/button.js';
import { useLoaded } from '../../../parts/use-loaded.js';
import { LogLines } from '../../logs/log-lines.js';
import { isWithin } from '../model/trace-index.js';
import type { TraceView } from '../model/trace-view.js';

const SCOPES = ['span', 'subtree', 'trace'] as const;
type Scope = (typeof SCOPES)[number];

const LABELS = { span: 'This span', subtree: 'And below', trace: 'Whole trace' } as const;

interface SpanLogsTabProps {
  readonly view: TraceView;
  readonly spanId: string;
  readonly onSelect: (spanId: string) => void;
}

export function SpanLogsTab({ view, spanId, onSelect }: SpanLogsTabProps): JSX.Element {
  const [scope, setScope] = useState<Scope>('subtree');
  const { summary } = view.detail.value;
  const { value, failure } = useLoaded(
    (signal) => api.traceLogs(summary.id, signal),
    [summary.id, summary.seq],
  );
  const index = view.index.value;
  const top = index.rowOf.get(spanId) ?? -1;
  const isWanted = (line: LogLine) => {
    if (scope === 'trace') return true;
    if (scope === 'span') return line.spanId === spanId;
    return isWithin(index, index.rowOf.get(line.spanId) ?? line.row, top);
  };
  const lines = (value?.lines ?? []).filter(isWanted);
  return (
    <>
      <div class="drawer-filter" role="group" aria-label="Logs of">
        {SCOPES.map((each) => (
          <Button key={each} kind="quiet" pressed={each === scope} onClick={() => setScope(each)}>
            {LABELS[each]}
          </Button>
        ))}
      </div>
      {failure !== undefined && <Banner tone="warn">{failureText(failure)}</Banner>}
      {value !== undefined && lines.length === 0 && <p class="drawer-none">Nothing was logged.</p>}
      <LogLines
        lines={lines}
        link={(line, children) => (
          <button type="button" class="log-span-link" onClick={() => onSelect(line.spanId)}>
            {children}
          </button>
        )}
      />
    </>
  );
}
