import type { ComponentChildren, JSX } from 'preact';
import type { RepeatedStatement } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { repeatMarkdown } from '../../copying/repeat-markdown.js';
import { formatDuration } from '../../format/duration.js';
import { formatCount } from '../../format/quantity.js';
import { Badge } from '../../parts/badge.js';
import { CopyButton } from '../../parts/copy-button.js';
import { DurationBar } from '../../parts/duration-bar.js';
import { Text } from '../../parts/text.js';
import { SqlLine } from '../../sql-text/sql-code.js';
import './sql.css';

interface RepeatCardProps {
  readonly repeat: RepeatedStatement;
  /** Where it happened, and how often. */
  readonly where?: ComponentChildren;
  /** The query before it, to go there. */
  readonly source: (spanId: string, children: ComponentChildren) => JSX.Element;
  readonly actions: ComponentChildren;
}

/** Who asks the same again and again, what it costs, and which query gave the rows. */
export function RepeatCard({ repeat, where, source, actions }: RepeatCardProps): JSX.Element {
  const isLoop = repeat.kind === 'n+1';
  return (
    <li class={`repeat ${isLoop ? 'is-loop' : ''}`}>
      <div class="repeat-head">
        {isLoop ? (
          <Badge tone="n-plus-one" title="One after the other">
            N+1
          </Badge>
        ) : (
          <Badge tone="accent" title="Side by side: each takes a connection">
            fan-out
          </Badge>
        )}
        <strong class="repeat-caller clip">
          <Text value={repeat.caller} line />
        </strong>
        <span class="faint">→</span>
        <span class="repeat-count">{formatCount(repeat.count)}×</span>
        <SqlLine text={repeat.text} class="repeat-text" />
      </div>
      <div class="repeat-foot">
        <span class="repeat-cost">
          <span class="repeat-bar">
            <DurationBar share={repeat.totalMs / Math.max(repeat.traceMs, 0.001)} />
          </span>
          {cost(repeat, isLoop)}
        </span>
        {repeat.source !== undefined && (
          <span class="repeat-source clip">
            after {source(repeat.source.spanId, <SqlLine text={repeat.source.text} />)}
          </span>
        )}
        {where}
        <span class="repeat-actions">
          {actions}
          <CopyButton text={() => repeatMarkdown(repeat)} label="Copy as markdown" />
        </span>
      </div>
    </li>
  );
}

/** Side by side, the times add up to more than there was. */
function cost({ totalMs, traceMs }: RepeatedStatement, isLoop: boolean): string {
  return isLoop
    ? `${formatDuration(totalMs)} of ${formatDuration(traceMs)}`
    : `${formatDuration(totalMs)} in all, trace ${formatDuration(traceMs)}`;
}
