import type { ComponentChildren, JSX } from 'preact';
import type { ExportStatus } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { formatCount } from '../../format/quantity.js';
import { Icon } from '../../parts/icon.js';
import { flowTotals } from './flow-totals.js';

/** The way of the spans, from their start to where they are exported or lost. */
export function FlowLine({ status }: { readonly status: ExportStatus }): JSX.Element {
  const { spans } = status;
  const totals = flowTotals(status.exporters);
  return (
    <ol class="flow" aria-label="What became of the spans">
      <Step name="Started" value={spans.started} />
      <Step
        name="Ended"
        value={spans.ended}
        note={spans.open > 0 && `${formatCount(spans.open)} open`}
      />
      <Step
        name="To export"
        value={totals.accepted}
        note={totals.exporters > 1 && `by ${totals.exporters} exporters`}
        title="Sampled, and not left out on purpose. Every exporter counts for itself."
      />
      {totals.capacity > 0 && (
        <Step name="Queued" value={totals.queued} note={`of ${formatCount(totals.capacity)}`} />
      )}
      <Step name="Exported" value={totals.exported} tone={totals.exported > 0 ? 'ok' : undefined} />
      <Step
        name="Failed"
        value={totals.failed}
        tone={totals.failed > 0 ? 'fail' : undefined}
        last
      />
      <Step
        name="Dropped"
        value={totals.queueFull + totals.shutdown}
        tone={totals.queueFull + totals.shutdown > 0 ? 'fail' : undefined}
        note={whyDropped(totals.queueFull, totals.shutdown)}
        last
      />
    </ol>
  );
}

function whyDropped(queueFull: number, shutdown: number): string {
  if (queueFull > 0 && shutdown > 0)
    return `${formatCount(queueFull)} queue full, ${formatCount(shutdown)} at shutdown`;
  return queueFull > 0 ? 'queue full' : shutdown > 0 ? 'at shutdown' : '';
}

interface StepProps {
  readonly name: string;
  readonly value: number;
  readonly note?: ComponentChildren;
  readonly title?: string;
  readonly tone?: 'ok' | 'fail' | undefined;
  /** Another way to end, not the step after. */
  readonly last?: boolean;
}

function Step({ name, value, note, title, tone, last = false }: StepProps): JSX.Element {
  return (
    <li
      class={`flow-step ${last ? 'is-end' : ''} ${tone === undefined ? '' : `is-${tone}`}`}
      title={title}
    >
      <span class="flow-name">
        {tone !== undefined && <Icon name={tone === 'ok' ? 'check' : 'error'} />}
        {name}
      </span>
      <span class={`flow-value ${value === 0 ? 'faint' : ''}`}>{formatCount(value)}</span>
      <span class="flow-note">{note}</span>
    </li>
  );
}
