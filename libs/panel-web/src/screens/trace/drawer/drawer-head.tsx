import type { JSX } from 'preact';
import {
  SPAN_FLAG,
  type SpanDetail,
} from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { formatMicros } from '../../../format/duration.js';
import { hueClass } from '../../../format/hue.js';
import { printable, printableLine } from '../../../format/printable.js';
import { Badge } from '../../../parts/badge.js';
import { IconButton } from '../../../parts/button.js';
import { CopyButton } from '../../../parts/copy-button.js';
import { Icon } from '../../../parts/icon.js';
import { Text } from '../../../parts/text.js';
import { editorLink } from '../../../editor/editor-link.js';
import { traceLink } from '../head/copy-menu.js';
import { badgesOf } from '../model/badges.js';
import { rowFacts } from '../model/row-facts.js';
import type { TraceView } from '../model/trace-view.js';
import { neighbour } from './neighbour.js';

interface DrawerHeadProps {
  readonly view: TraceView;
  readonly spanId: string;
  /** Undefined while it is read: what the tree knows is shown at once. */
  readonly span: SpanDetail | undefined;
  readonly onSelect: (spanId: string) => void;
  readonly onClose: () => void;
  /** Shows it in the waterfall, where that is not beside. */
  readonly onShow?: () => void;
}

export function DrawerHead(props: DrawerHeadProps): JSX.Element {
  const { view, spanId, span, onSelect, onClose, onShow } = props;
  const row = view.index.value.rowOf.get(spanId);
  const facts = row === undefined ? undefined : rowFacts(view, row);
  const previous = neighbour(view, spanId, -1);
  const next = neighbour(view, spanId, 1);
  const name = facts?.name ?? span?.name ?? spanId;
  const { spans, summary, foldedCounts } = view.detail.value;
  return (
    <div class="drawer-head">
      <div class="drawer-line">
        <h2 class="drawer-title" id="drawer-title" title={printableLine(name)}>
          {printableLine(name)}
        </h2>
        <IconButton
          icon="chevron-up"
          label="Previous span"
          shortcut="k"
          disabled={previous === undefined}
          onClick={() => previous !== undefined && onSelect(previous)}
        />
        <IconButton
          icon="down"
          label="Next span"
          shortcut="j"
          disabled={next === undefined}
          onClick={() => next !== undefined && onSelect(next)}
        />
        <IconButton icon="close" label="Close the details" shortcut="Esc" onClick={onClose} />
      </div>
      {facts !== undefined && row !== undefined && (
        <div class="drawer-facts">
          <strong>{facts.durationText}</strong>
          <span>self {formatMicros(spans.self[row] ?? 0)}</span>
          <span>from {formatMicros(spans.start[row] ?? 0)}</span>
          {facts.service !== '' && (
            <span class="drawer-service">
              <span class={`hue-dot ${hueClass(facts.service)}`} />
              {printableLine(facts.service)}
            </span>
          )}
          {span !== undefined && <span>{span.kind}</span>}
          {(facts.flags & SPAN_FLAG.error) !== 0 && <Badge tone="error">error</Badge>}
          {badgesOf(facts.flags, 0, foldedCounts?.[row]).map(({ text, tone, title }) => (
            <Badge key={text} tone={tone} title={title}>
              {text}
            </Badge>
          ))}
        </div>
      )}
      {span?.statusMessage !== undefined && span.statusMessage !== '' && (
        <p class="drawer-status">{printable(span.statusMessage)}</p>
      )}
      <div class="drawer-facts">
        <span class="drawer-id">
          span <Text class="mono" value={spanId} line />
          <CopyButton label="Copy the span id" text={() => spanId} />
        </span>
        <CopyButton label="Copy the link to this span" text={() => traceLink(summary.id, spanId)}>
          Link
        </CopyButton>
        {onShow !== undefined && (
          <button type="button" class="button button-plain" onClick={onShow}>
            Show in waterfall
          </button>
        )}
        {span?.code !== undefined && <Code {...span.code} />}
      </div>
    </div>
  );
}

/** A link where it is known how to open an editor; otherwise at least the place. */
function Code({ path, line }: NonNullable<SpanDetail['code']>): JSX.Element {
  const place = printableLine(line === undefined ? path : `${path}:${line}`);
  const url = editorLink(path, line);
  if (url === undefined) return <code title={place}>{place}</code>;
  return (
    <a class="code-open" href={url} title={place}>
      <Icon name="code" />
      Open code
    </a>
  );
}
