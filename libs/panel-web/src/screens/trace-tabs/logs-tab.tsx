import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { LogLine } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { api } from '../../api/endpoints.js';
import { useShortcuts } from '../../keyboard/use-shortcuts.js';
import { LoadedView } from '../../page/loaded-view.js';
import { Button } from '../../parts/button.js';
import { EmptyState } from '../../parts/empty-state.js';
import { SearchField } from '../../parts/search-field.js';
import { useLoaded } from '../../parts/use-loaded.js';
import { filterLines, levelName, levelsOf } from '../logs/log-levels.js';
import { LogLines } from '../logs/log-lines.js';
import { SpanButton } from './span-button.js';
import type { TraceTabProps } from './tab-props.js';
import './tabs.css';

export function LogsTab({ traceId, detail, onSelectSpan }: TraceTabProps): JSX.Element {
  const { seq } = detail.summary;
  const loaded = useLoaded((abort) => api.traceLogs(traceId, abort), [traceId, seq]);
  return (
    <LoadedView of={loaded} gone="This trace has left memory">
      {({ lines }) =>
        lines.length === 0 ? (
          <EmptyState icon="info" title="Nothing was logged in this trace">
            <p>
              Lines of the Nest logger appear here when they are written inside a request, a job or
              a message; events of spans do, too.
            </p>
          </EmptyState>
        ) : (
          <Lines lines={lines} onSelectSpan={onSelectSpan} />
        )
      }
    </LoadedView>
  );
}

interface LinesProps {
  readonly lines: readonly LogLine[];
  readonly onSelectSpan: (spanId: string) => void;
}

function Lines({ lines, onSelectSpan }: LinesProps): JSX.Element {
  const [text, setText] = useState('');
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const field = useRef<HTMLInputElement>(null);
  useShortcuts([
    { keys: ['/'], label: 'Filter the log', group: 'Log', run: () => field.current?.focus() },
  ]);
  const toggle = (level: string) => {
    const next = new Set(hidden);
    if (!next.delete(level)) next.add(level);
    setHidden(next);
  };
  const shown = filterLines(lines, hidden, text);
  return (
    <div class="tab-body">
      <div class="tab-tools">
        <div class="log-levels" role="group" aria-label="Levels shown">
          {levelsOf(lines).map((level) => (
            <Button key={level} pressed={!hidden.has(level)} onClick={() => toggle(level)}>
              {level} <span class="faint">{countOf(lines, level)}</span>
            </Button>
          ))}
        </div>
        <SearchField
          value={text}
          onInput={setText}
          label="Filter the log"
          placeholder="Message, span, attribute"
          hint="/"
          inputRef={field}
        />
      </div>
      {shown.length === 0 ? (
        <p class="soft" role="status">
          None of the {lines.length} lines matches.
        </p>
      ) : (
        <LogLines
          lines={shown}
          link={({ spanId }, children) => (
            <SpanButton spanId={spanId} onSelectSpan={onSelectSpan}>
              {children}
            </SpanButton>
          )}
        />
      )}
    </div>
  );
}

const countOf = (lines: readonly LogLine[], wanted: string) =>
  lines.filter(({ level }) => levelName(level) === wanted).length;
