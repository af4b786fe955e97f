import type { JSX } from 'preact';
import { SPAN_FLAG } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { printableLine } from '../../../format/printable.js';
import { formatCount } from '../../../format/quantity.js';
import { Badge } from '../../../parts/badge.js';
import { Icon } from '../../../parts/icon.js';
import { badgesOf } from '../model/badges.js';
import type { Entry } from '../model/entry.js';
import type { RowFacts } from '../model/row-facts.js';
import type { TraceView } from '../model/trace-view.js';
import { Marked } from '../find/marked.js';
import { SpanIcon } from './span-icon.js';

const INDENT = 14;

interface NameCellProps {
  readonly view: TraceView;
  readonly entry: Entry;
  readonly facts: RowFacts;
  readonly level: number;
  /** Undefined where there is nothing below. */
  readonly expanded: boolean | undefined;
  readonly find: string;
}

export function NameCell(props: NameCellProps): JSX.Element {
  const { view, entry, facts, level, expanded, find } = props;
  const { row, flags, members, name } = facts;
  const { spans, foldedCounts, notes = [] } = view.detail.value;
  const note = members === undefined ? (notes[spans.note?.[row] ?? 0] ?? '') : '';
  const index = view.index.value;
  const isMissing = (flags & SPAN_FLAG.placeholder) !== 0;
  const isError = (flags & SPAN_FLAG.error) !== 0;
  const hidden = expanded === false && members === undefined ? (index.below[row] ?? 0) : 0;
  const hiddenErrors = hidden > 0 && !isError ? (index.errorsBelow[row] ?? 0) : 0;
  const parentFlags = spans.flags[index.parent[row] ?? -1] ?? 0;
  const toggle = (event: MouseEvent) => {
    event.stopPropagation();
    view.toggle(entry);
  };
  return (
    <div class="wf-name" role="gridcell">
      <span class="wf-guides" style={{ width: `${(level - 1) * INDENT}px` }} />
      {expanded === undefined ? (
        <span class="wf-twisty" />
      ) : (
        <span class={`wf-twisty is-parent ${expanded ? 'is-open' : ''}`} onClick={toggle}>
          <Icon name="chevron" />
        </span>
      )}
      <SpanIcon type={facts.type} kind={spans.kind[row] ?? 0} isMissing={isMissing} />
      {members !== undefined && <span class="wf-times">{formatCount(members.length)}×</span>}
      <span
        class={`wf-text clip ${isError ? 'is-error' : ''} ${isMissing ? 'is-missing' : ''}`}
        title={printableLine(name)}
      >
        <Marked text={printableLine(name)} find={find} />
      </span>
      {note !== '' && (
        <span class="wf-note faint clip" title={printableLine(note)}>
          {printableLine(note)}
        </span>
      )}
      {isError && <Icon name="error" class="wf-error" label="error" />}
      {badgesOf(flags, parentFlags, foldedCounts?.[row]).map(({ text, tone, title }) => (
        <Badge key={text} tone={tone} title={title}>
          {text}
        </Badge>
      ))}
      {isMissing && <span class="faint clip wf-why">not received here</span>}
      {hidden > 0 && (
        <span class="wf-hidden" title={`${formatCount(hidden)} spans below`}>
          +{formatCount(hidden)}
        </span>
      )}
      {hiddenErrors > 0 && (
        <span class="wf-hidden-error" title={`${hiddenErrors} of them failed`}>
          <Icon name="error" />
          {hiddenErrors}
        </span>
      )}
    </div>
  );
}
