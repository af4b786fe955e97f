import type { CSSProperties, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { SPAN_FLAG } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { printableLine } from '../../../format/printable.js';
import { hueClass } from '../../../format/hue.js';
import { isFold, type Entry } from '../model/entry.js';
import { isExpandable, isExpanded } from '../model/expansion.js';
import { rowFacts, spokenRow } from '../model/row-facts.js';
import type { TraceView } from '../model/trace-view.js';
import { NameCell } from './name-cell.js';
import { TimelineCell } from './timeline-cell.js';

export interface SpanRowProps {
  readonly view: TraceView;
  readonly entry: Entry;
  readonly line: number;
  readonly place: CSSProperties;
  readonly selected: string | undefined;
  readonly critical: boolean;
  readonly find: string;
  readonly onOpen: (entry: Entry) => void;
}

export function SpanRow(props: SpanRowProps): JSX.Element {
  const { view, entry, line, place, selected, critical, find, onOpen } = props;
  const element = useRef<HTMLDivElement>(null);
  const { spans } = view.detail.value;
  const { levels, position, siblings } = view.visible.value;
  const facts = rowFacts(view, entry);
  const tree = view.tree.value;
  const isCursor = view.cursorLine.value === line;
  const isOnly = view.onlyMatches.value && !isFold(entry);
  const expanded = isExpandable(tree, entry)
    ? isOnly || isExpanded(tree, view.expansion.value, entry)
    : undefined;
  const id = spans.id[facts.row];
  const isSelected = !isFold(entry) && id === selected;
  const isMatch =
    facts.members?.some((row) => view.matchSet.value.has(row)) ??
    view.matchSet.value.has(facts.row);
  const level = levels[line] ?? 1;

  useLayoutEffect(() => {
    if (!isCursor || !view.grabsFocus) return;
    view.grabsFocus = false;
    element.current?.focus({ preventScroll: true });
  });

  const classes = [
    'wf-row',
    isSelected ? 'is-selected' : '',
    isCursor ? 'is-cursor' : '',
    isMatch ? 'is-match' : '',
    (facts.flags & SPAN_FLAG.open) !== 0 ? 'is-running' : '',
  ];
  return (
    <div
      ref={element}
      class={classes.filter(Boolean).join(' ')}
      style={place}
      role="row"
      tabIndex={isCursor ? 0 : -1}
      aria-label={spokenRow(facts, spans.start[facts.row] ?? 0)}
      aria-rowindex={line + 2}
      aria-level={level}
      aria-posinset={position[line]}
      aria-setsize={siblings[line]}
      aria-expanded={expanded}
      aria-selected={isSelected}
      onClick={() => onOpen(entry)}
    >
      <NameCell
        view={view}
        entry={entry}
        facts={facts}
        level={level}
        expanded={expanded}
        find={isMatch ? find : ''}
      />
      <div class="wf-service clip" role="gridcell" title={printableLine(facts.service)}>
        {facts.service !== '' && (
          <>
            <span class={`hue-dot ${hueClass(facts.service)}`} />
            {printableLine(facts.service)}
          </>
        )}
      </div>
      <div class="wf-duration number" role="gridcell">
        {facts.durationText}
      </div>
      <TimelineCell view={view} facts={facts} critical={critical} />
    </div>
  );
}
