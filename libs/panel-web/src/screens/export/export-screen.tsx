import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ExportStatus } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { api } from '../../api/endpoints.js';
import { formatCount, plural } from '../../format/quantity.js';
import { LoadedView } from '../../page/loaded-view.js';
import { Page, Section } from '../../page/page.js';
import { useTick } from '../../page/use-tick.js';
import { Banner } from '../../parts/banner.js';
import { Text } from '../../parts/text.js';
import { useLoaded } from '../../parts/use-loaded.js';
import { loadMeta, meta } from '../../state/meta.js';
import { DoctorList } from './doctor-list.js';
import { ExporterCard } from './exporter-card.js';
import { FlowLine } from './flow-line.js';
import { HubView } from './hub-state.js';
import { OptionList } from './option-list.js';
import { SamplingView } from './sampling-view.js';
import { StoreUsage } from './store-usage.js';
import './export.css';

const EVERY_MS = 2000;
/** What the hub has received changes less often. */
const META_EVERY_MS = 6000;

export function ExportScreen(): JSX.Element {
  const tick = useTick(EVERY_MS);
  const loaded = useLoaded((abort) => api.exportStatus(abort), [tick]);
  const metaTick = useTick(META_EVERY_MS);
  useEffect(() => void loadMeta(), [metaTick]);
  return <LoadedView of={loaded}>{(status) => <Status status={status} />}</LoadedView>;
}

function Status({ status }: { readonly status: ExportStatus }): JSX.Element {
  const { brief, exporters, doctor, failures } = status;
  const wrong = doctor.filter(({ status: how }) => how === 'fail' || how === 'warn').length;
  return (
    <Page
      title="Export"
      note={
        <span class={`export-brief state-${brief.state}`}>
          <span class="state-dot" /> <Text value={brief.text} />
        </span>
      }
    >
      <FlowLine status={status} />
      <p class="soft export-text">
        Sampler <Text value={status.sampler} line class="mono" />. {keptBack(status)}
      </p>
      {status.sampling && <SamplingView sampling={status.sampling} />}
      <Section title="Exporters">
        {exporters.length === 0 ? (
          <Banner tone="info">
            None is configured: spans are shown here and sent nowhere. Set <code>exporter</code> or{' '}
            <code>OTEL_EXPORTER_OTLP_ENDPOINT</code> to send them.
          </Banner>
        ) : (
          <ul class="exporters">
            {exporters.map((exporter) => (
              <ExporterCard key={exporter.index} exporter={exporter} />
            ))}
          </ul>
        )}
      </Section>
      <div class="export-columns">
        <Section title="Doctor" note={wrong === 0 ? 'All is well' : `${wrong} to look at`}>
          <DoctorList checks={doctor} />
        </Section>
        <div>
          <Section title="Memory of the panel">
            <StoreUsage store={status.store} />
          </Section>
          <Section title="Other services">
            <HubView />
          </Section>
          <Section title="Failures inside nestrace">
            <Failures failures={failures} />
          </Section>
        </div>
      </div>
      <OptionList options={status.options} />
      {meta.value !== undefined && (
        <p class="faint export-foot">nestrace {meta.value.version}, read every 2 s</p>
      )}
    </Page>
  );
}

/** Where the spans are that ended and were not to be exported. */
function keptBack({ spans: { notSampled, leftOut } }: ExportStatus): string {
  const sentences = [
    notSampled > 0 ? `It said no to ${plural(notSampled, 'span')}: kept here only.` : '',
    leftOut > 0
      ? `Left out on purpose: ${plural(leftOut, 'span')}, folded, too short, or of a request that is to leave no trace.`
      : '',
  ];
  return sentences.filter(Boolean).join(' ');
}

function Failures({ failures }: Pick<ExportStatus, 'failures'>): JSX.Element {
  if (failures.length === 0) return <p class="soft">None.</p>;
  return (
    <>
      <p class="soft export-text">
        They were caught: your application went on. The log has the first of each kind.
      </p>
      <ul>
        {failures.map(({ site, count }) => (
          <li key={site} class="failure">
            <code>{site}</code> <span class="is-lost">{formatCount(count)}×</span>
          </li>
        ))}
      </ul>
    </>
  );
}
