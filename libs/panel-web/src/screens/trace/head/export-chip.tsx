import type { JSX } from 'preact';
import type { TraceExportState } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { printable } from '../../../format/printable.js';
import { hrefOf } from '../../../app/router.js';
import { Icon, type IconName } from '../../../parts/icon.js';

const LOOKS: Readonly<
  Record<TraceExportState['state'], readonly [icon: IconName, text: string, tone: string]>
> = {
  exported: ['check', 'exported', 'is-ok'],
  waiting: ['cron', 'waiting for export', ''],
  failed: ['error', 'export failed', 'is-error'],
  'not-sampled': ['info', 'not exported (sampler)', ''],
  'no-exporter': ['info', 'no exporter', ''],
  unknown: ['help', 'export unknown', ''],
};

/** Whether the trace has left this process; the sentence is in its title. */
export function ExportChip({ state }: { readonly state: TraceExportState }): JSX.Element {
  const [icon, text, tone] = LOOKS[state.state] ?? LOOKS.unknown;
  return (
    <a
      class={`trace-export ${tone}`}
      href={hrefOf({ screen: 'export' })}
      title={printable(state.text)}
    >
      <Icon name={icon} />
      {text}
    </a>
  );
}
